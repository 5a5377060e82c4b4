import { z } from 'zod';
import { Image } from '../image/image.js';
import { ImportStatus } from './status.js';

/** An import policy as results carry it. */
export const ImportPolicyShape = z.object({
  insecure: z.boolean().optional(),
  scheduled: z.boolean().optional(),
  importMode: z.enum(['Legacy', 'PreserveOriginal']).optional(),
});

export const ReferencePolicyShape = z.object({ type: z.enum(['Source', 'Local']) });

export const ImageSource = z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() });

/** What came of one image. */
export const ImportedItem = z.object({
  from: ImageSource,
  /** The tag to write; absent: the image is only reported. */
  to: z.string().optional(),
  /** The tag of `from.name` (`latest` when it has none); for images of a repository, the tag to write. */
  tag: z.string(),
  importPolicy: ImportPolicyShape,
  referencePolicy: ReferencePolicyShape,
  /** Background imports: the spec tag's generation that asked for this. */
  generation: z.number().int().optional(),
  status: ImportStatus,
  image: Image.optional(),
  /** Children of a manifest list, to be stored before it. */
  manifests: z.array(Image).optional(),
});
export type ImportedItem = z.infer<typeof ImportedItem>;

/** What came of a whole repository. */
export const ImportedRepository = z.object({
  from: ImageSource,
  status: ImportStatus,
  /** Tags beyond the limit, by name. */
  additionalTags: z.array(z.string()).default([]),
  importPolicy: ImportPolicyShape,
  referencePolicy: ReferencePolicyShape,
  items: z.array(ImportedItem),
});
export type ImportedRepository = z.infer<typeof ImportedRepository>;

/** Everything one import of one stream found out, as importer hands it to tag-tracker, which applies it in one write. */
export const ImportResults = z.object({
  importId: z.string(),
  namespace: z.string(),
  stream: z.string(),
  /** The stream must still be this one; otherwise nothing is applied (409, 404). */
  guards: z.object({ resourceVersion: z.string().optional(), uid: z.string().optional() }).default({}),
  /** True when no user waits: a result that a tag no longer asks for is dropped, and nothing is created. */
  background: z.boolean(),
  /** Applied before the items. */
  repository: ImportedRepository.optional(),
  items: z.array(ImportedItem),
});
export type ImportResults = z.infer<typeof ImportResults>;

/** Digests of all images an import found, with the children of lists. */
export function importedDigests({ items, repository }: ImportResults): string[] {
  const images = [...items, ...(repository?.items ?? [])].flatMap(({ image, manifests = [] }) => [image, ...manifests]);
  return [...new Set(images.flatMap((image) => (image ? [image.metadata.name] : [])))];
}
