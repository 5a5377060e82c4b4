import type { Image } from '@faktorz/domain';
import type { ItemResult, PlanResults } from '../fetch/run-import.js';
import type { StreamAfterImport } from './applied-import.js';
import type { ImageImportStatus, ImageStreamImport, RepositoryImportStatus } from './image-stream-import.js';

interface StoredImages {
  images: StreamAfterImport['images'];
  /** When the request came. */
  since: string;
}

/** The answer to a request: its results in the request's order and, if they were applied, the stream. */
export function answerOf(
  request: ImageStreamImport,
  results: PlanResults,
  after?: StreamAfterImport,
): ImageStreamImport {
  const stored = { images: after?.images ?? new Map(), since: request.metadata.creationTimestamp ?? '' };
  const { items, repository } = results;
  return {
    ...request,
    status: {
      ...(after ? { import: bare(after.stream) } : {}),
      ...(repository ? { repository: repositoryStatus(repository, stored) } : {}),
      ...(items.length > 0 ? { images: items.map((item) => imageStatus(item, stored)) } : {}),
    },
  };
}

function repositoryStatus(
  { status, items, additionalTags }: NonNullable<PlanResults['repository']>,
  stored: StoredImages,
): RepositoryImportStatus {
  return {
    status,
    ...(items.length > 0 ? { images: items.map((item) => imageStatus(item, stored)) } : {}),
    ...(additionalTags.length > 0 ? { additionalTags } : {}),
  };
}

function imageStatus({ status, image, tag, manifests }: ItemResult, stored: StoredImages): ImageImportStatus {
  return {
    status,
    ...(image ? { image: withStoredMetadata(image, stored) } : {}),
    tag,
    ...(manifests?.length ? { manifests: manifests.map((child) => withStoredMetadata(child, stored)) } : {}),
  };
}

/** A stored image shows which object it is; only one that this import stored shows its version, as in OpenShift. */
function withStoredMetadata(image: Image, { images, since }: StoredImages): Image {
  const { name, ...rest } = image.metadata;
  const found = images.get(name);
  if (!found) return image;
  const { uid, resourceVersion, creationTimestamp } = found;
  const isNew = String(creationTimestamp) >= since;
  return { ...image, metadata: { name, uid, ...(isNew ? { resourceVersion } : {}), creationTimestamp, ...rest } };
}

/** An object inside another one carries no kind and apiVersion. */
function bare(stream: object): object {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = stream as { kind?: string; apiVersion?: string };
  return rest;
}
