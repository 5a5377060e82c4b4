import { type ListedManifest, MEDIA_TYPE } from '@faktorz/domain';
import { digestOf, type RepositoryClient } from '@faktorz/registry-client';
import { CommandError } from '../errors.js';
import type { ImageLocation } from '../outside-registries/image-location.js';
import type { OpenRegistries } from '../outside-registries/open-registries.js';
import type { PlatformFilter } from '../outside-registries/platform-filter.js';
import { type ReadManifest, readManifest } from '../outside-registries/read-image.js';
import type { Mapping } from './mappings.js';

/** A blob on its way from one repository to another. */
export interface BlobCopy {
  digest: string;
  sizeBytes: number;
  from: ImageLocation;
}

export interface ManifestCopy {
  digest: string;
  mediaType: string;
  bytes: Buffer;
  /** Tags to write it under; only by its digest when empty. */
  tags: string[];
}

/** Everything one repository gets; manifests stand after those that they name. */
export interface RepositoryCopy {
  registry: string;
  repository: string;
  blobs: Map<string, BlobCopy>;
  manifests: Map<string, ManifestCopy>;
  /** Digest and destination, as printed when all is done. */
  results: { digest: string; destination: string }[];
}

export interface PlanOptions {
  registries: OpenRegistries;
  filter?: PlatformFilter;
  /** Keep a list a list, though only one of its images is copied. */
  keepManifestList: boolean;
}

/** Layers that are fetched from elsewhere and must not be passed on. */
const FOREIGN_LAYER = /foreign|nondistributable/;

/** Reads all sources and says what each destination gets. */
export async function planCopies(mappings: readonly Mapping[], options: PlanOptions): Promise<RepositoryCopy[]> {
  const plan = new Map<string, RepositoryCopy>();
  for (const { source, destination } of mappings) {
    const key = `${destination.registry}/${destination.repository}`;
    const copy = plan.get(key) ?? newCopy(destination);
    plan.set(key, copy);
    const digest = await addImage(copy, source, options);
    const manifest = copy.manifests.get(digest);
    if (destination.tag !== '' && !manifest?.tags.includes(destination.tag)) manifest?.tags.push(destination.tag);
    copy.results.push({ digest, destination: destination.text });
  }
  return [...plan.values()];
}

function newCopy({ registry, repository }: ImageLocation): RepositoryCopy {
  return { registry, repository, blobs: new Map(), manifests: new Map(), results: [] };
}

/** Adds what a source stands for, and gives the digest of its topmost manifest. */
async function addImage(copy: RepositoryCopy, source: ImageLocation, options: PlanOptions): Promise<string> {
  const repository = options.registries.client(source.registry).repository(source.repository);
  const top = await readManifest(repository, source.digest || source.tag || 'latest');
  if (top.parsed.form !== 'list') return addManifest(copy, source, repository, top);
  const { manifests } = top.parsed;
  const filter = options.filter ?? (options.keepManifestList ? () => true : isOfThisMachine);
  const chosen = manifests.filter(filter);
  if (chosen.length === 0) {
    throw new CommandError(
      `${source.text}: no image in the manifest list is of the chosen platform, use --filter-by-os`,
    );
  }
  for (const { digest } of chosen) {
    await addManifest(copy, source, repository, await readManifest(repository, digest));
  }
  const [only] = chosen;
  if (chosen.length === 1 && only && !options.keepManifestList) return only.digest;
  const list = chosen.length === manifests.length ? top : smallerList(top, chosen);
  copy.manifests.set(list.digest, { ...list, tags: copy.manifests.get(list.digest)?.tags ?? [] });
  return list.digest;
}

function addManifest(
  copy: RepositoryCopy,
  from: ImageLocation,
  repository: RepositoryClient,
  { digest, mediaType, bytes, parsed }: ReadManifest,
): string {
  if (parsed.form === 'schema1') {
    throw new CommandError(
      `${repository.name}@${digest}: manifests of schema 1 cannot be copied, their registry signs them`,
    );
  }
  const parts = parsed.form === 'image' ? [parsed.config, ...parsed.layers] : [];
  for (const part of parts) {
    if (!FOREIGN_LAYER.test(part.mediaType)) {
      copy.blobs.set(part.digest, { digest: part.digest, sizeBytes: part.size, from });
    }
  }
  copy.manifests.set(digest, { digest, mediaType, bytes, tags: copy.manifests.get(digest)?.tags ?? [] });
  return digest;
}

/** A list with only these of its images, which has a digest of its own. */
function smallerList(
  { bytes, mediaType }: ReadManifest,
  chosen: readonly ListedManifest[],
): Omit<ManifestCopy, 'tags'> {
  const list = JSON.parse(bytes.toString('utf8')) as { manifests: { digest: string }[] };
  const digests = new Set(chosen.map(({ digest }) => digest));
  const smaller = { ...list, manifests: list.manifests.filter(({ digest }) => digests.has(digest)) };
  const text = Buffer.from(JSON.stringify(smaller, undefined, 3));
  return { digest: digestOf(text), mediaType: mediaType || MEDIA_TYPE.ociIndex, bytes: text };
}

function isOfThisMachine({ platform }: ListedManifest): boolean {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return platform?.os === 'linux' && platform.architecture === architecture;
}
