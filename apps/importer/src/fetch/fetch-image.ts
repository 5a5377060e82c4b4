import {
  chooseManifest,
  imageFromManifest,
  importSucceeded,
  InvalidManifest,
  type DockerImageReference,
  type Image,
  type ImportMode,
  type ImportStatus,
  type PlatformPreference,
} from '@faktorz/domain';
import { manifestReference, normalizedText, type ImportSession } from './import-session.js';
import { SERVER_PLATFORM } from './platform.js';
import { imageFailure } from './registry-status.js';
import type { FetchedContent } from './repository-fetch.js';
import type { SourcedRepository } from './sourced-repository.js';

/** One image to fetch. */
export interface WantedImage {
  /** As written, nothing defaulted. */
  reference: DockerImageReference;
  importMode: ImportMode;
  insecure: boolean;
  preferred: PlatformPreference;
  includeManifest: boolean;
}

/** What came of it. */
export interface FetchedImage {
  status: ImportStatus;
  image?: Image;
  /** The images of a list that is kept as it is. */
  manifests?: Image[];
  retryAfterMs?: number;
}

/** A list that names more images than this is refused. */
const MOST_CHILDREN = 256;

/** Fetches one image; whatever goes wrong is in its status. Rejects only when the session is aborted. */
export async function fetchImage(session: ImportSession, wanted: WantedImage, now: string): Promise<FetchedImage> {
  try {
    const repository = session.repository(wanted.reference, wanted.insecure);
    const content = await repository.content(manifestReference(wanted.reference));
    if (content.manifest.form === 'list' && wanted.importMode === 'PreserveOriginal') {
      return { status: importSucceeded(), ...(await wholeList(repository, content, wanted, now)) };
    }
    return { status: importSucceeded(), image: await singleImage(repository, content, wanted, now) };
  } catch (error) {
    return imageFailure(session.causeOf(error), normalizedText(wanted.reference));
  }
}

/** The image itself, or the one of a list that stands for it. */
async function singleImage(
  repository: SourcedRepository,
  content: FetchedContent,
  wanted: WantedImage,
  now: string,
): Promise<Image> {
  let current = content;
  for (let depth = 0; current.manifest.form === 'list'; depth += 1) {
    if (depth > 3) throw new InvalidManifest('manifest lists are nested too deep');
    current = await repository.content(
      chooseManifest(current.manifest.manifests, wanted.preferred, SERVER_PLATFORM).digest,
    );
  }
  return imageOf(current, wanted, now);
}

async function wholeList(repository: SourcedRepository, content: FetchedContent, wanted: WantedImage, now: string) {
  if (content.manifest.form !== 'list') throw new InvalidManifest('not a manifest list');
  const listed = content.manifest.manifests;
  if (listed.length === 0) throw new InvalidManifest('no manifests in manifest list');
  if (listed.length > MOST_CHILDREN)
    throw new InvalidManifest(`the manifest list names ${listed.length} images, more than ${MOST_CHILDREN}`);
  const manifests = await Promise.all(
    listed.map(async ({ digest }) => singleImage(repository, await repository.content(digest), wanted, now)),
  );
  return { image: imageOf(content, wanted, now), manifests };
}

function imageOf(content: FetchedContent, { reference, includeManifest }: WantedImage, now: string): Image {
  const { digest, mediaType, text: manifest, config, layerSizes } = content;
  return imageFromManifest({ reference, digest, manifest, mediaType, config, layerSizes, now, includeManifest });
}
