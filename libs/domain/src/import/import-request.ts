import { defaultImportPolicy, type SparseTagReference } from '../image-stream/tag-defaults.js';
import type { ImportPolicy, ReferencePolicy, TagSource } from '../image-stream/types.js';
import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';

/** One image of an ImageStreamImport's spec, in its API shape. */
export interface ImageImportSpec {
  from: TagSource;
  to?: { name: string };
  importPolicy: ImportPolicy;
  referencePolicy: ReferencePolicy;
  includeManifest?: boolean;
}

/** What a client may leave out of it. */
export interface SparseImageImportSpec extends Pick<SparseTagReference, 'importPolicy' | 'referencePolicy'> {
  from: TagSource;
  to?: { name: string };
  includeManifest?: boolean;
}

/** The repository of an ImageStreamImport's spec. */
export type RepositoryImportSpec = Omit<ImageImportSpec, 'to'>;

/** Fills what was left out, in the API's field order. `to` is the tag of `from.name`, only if that has one. */
export function defaultImageImport(spec: SparseImageImportSpec): ImageImportSpec {
  const to = spec.to ?? writtenTag(spec.from);
  return { from: spec.from, ...(to && { to }), ...defaultPolicies(spec) };
}

/** Fills what was left out of a repository import. */
export function defaultRepositoryImport(spec: Omit<SparseImageImportSpec, 'to'>): RepositoryImportSpec {
  return { from: spec.from, ...defaultPolicies(spec) };
}

/** The tag that an item's result names: of `from.name`, `latest` when it has none. */
export function reportedTag(fromName: string): string {
  return tagOf(fromName) || 'latest';
}

function defaultPolicies(spec: Omit<SparseImageImportSpec, 'from' | 'to'>): Omit<ImageImportSpec, 'from' | 'to'> {
  return {
    importPolicy: defaultImportPolicy(spec.importPolicy),
    referencePolicy: { type: (spec.referencePolicy?.type || 'Source') as ReferencePolicy['type'] },
    ...(spec.includeManifest && { includeManifest: true }),
  };
}

function writtenTag(from: TagSource): { name: string } | undefined {
  const tag = from.kind === 'DockerImage' ? tagOf(from.name) : '';
  return tag === '' ? undefined : { name: tag };
}

function tagOf(name: string): string {
  try {
    return parseImageReference(name).tag;
  } catch (error) {
    if (error instanceof InvalidImageReference) return '';
    throw error;
  }
}
