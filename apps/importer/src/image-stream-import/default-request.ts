import { defaultImportPolicy, InvalidImageReference, parseImageReference, type TagSource } from '@faktorz/domain';
import type { ImageImportSpec, ImageStreamImport, RepositoryImportSpec } from './image-stream-import.js';

/** What a client may leave out of an item. */
interface SparseItem {
  from?: Partial<TagSource>;
  to?: { name?: string } | null;
  importPolicy?: { insecure?: boolean; scheduled?: boolean; importMode?: string };
  referencePolicy?: { type?: string };
  includeManifest?: boolean;
}

/** The request as clients send it: types are checked by then, presence is not. */
export interface SparseImport {
  spec?: { import?: boolean; repository?: SparseItem | null; images?: SparseItem[] | null };
}

/** Fills in what a client left out, in the API's field order. What is wrong stays, for `validateRequest` to name. */
export function defaultRequest(request: SparseImport): ImageStreamImport['spec'] {
  const { import: isReal = false, repository, images } = request.spec ?? {};
  return {
    import: isReal,
    ...(repository ? { repository: defaultItem(repository) } : {}),
    ...(images?.length ? { images: images.map(defaultImage) } : {}),
  };
}

function defaultImage(item: SparseItem): ImageImportSpec {
  const { from, ...rest } = defaultItem(item);
  const to = item.to ? { name: item.to.name ?? '' } : targetOf(from.name);
  return { from, ...(to ? { to } : {}), ...rest };
}

function defaultItem({ from, importPolicy, referencePolicy, includeManifest }: SparseItem): RepositoryImportSpec {
  return {
    from: { kind: from?.kind ?? '', ...(from?.namespace ? { namespace: from.namespace } : {}), name: from?.name ?? '' },
    importPolicy: defaultImportPolicy(importPolicy),
    referencePolicy: { type: (referencePolicy?.type || 'Source') as 'Source' },
    ...(includeManifest ? { includeManifest } : {}),
  };
}

/** An image without target goes to the tag its name has, if it has one. */
function targetOf(name: string): { name: string } | undefined {
  try {
    const { tag } = parseImageReference(name);
    return tag ? { name: tag } : undefined;
  } catch (error) {
    if (error instanceof InvalidImageReference) return undefined;
    throw error;
  }
}
