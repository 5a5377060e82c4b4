import type { ImportPolicy, TagReference } from './types.js';

/** What a client may leave out of a spec tag. */
export interface SparseTagReference extends Partial<Omit<TagReference, 'importPolicy' | 'referencePolicy'>> {
  name: string;
  importPolicy?: Omit<ImportPolicy, 'importMode'> & { importMode?: string };
  referencePolicy?: { type?: string };
}

/**
 * Fills what was left out and writes the tag in the API's field order: importMode Legacy, referencePolicy Source,
 * annotations null, false flags and empty namespaces absent. Values that are wrong stay, for `validateTagReference` to name.
 */
export function defaultTagReference(tag: SparseTagReference): TagReference {
  return {
    name: tag.name,
    annotations: tag.annotations && Object.keys(tag.annotations).length > 0 ? { ...tag.annotations } : null,
    ...(tag.from && {
      from: {
        kind: tag.from.kind ?? '',
        ...(tag.from.namespace && { namespace: tag.from.namespace }),
        name: tag.from.name ?? '',
      },
    }),
    ...(tag.reference && { reference: true }),
    generation: tag.generation ?? null,
    importPolicy: defaultImportPolicy(tag.importPolicy),
    referencePolicy: { type: (tag.referencePolicy?.type || 'Source') as 'Source' },
  };
}

/** An import policy with its mode filled in (Legacy) and false flags left out. */
export function defaultImportPolicy(policy: SparseTagReference['importPolicy'] = {}): ImportPolicy {
  return {
    ...(policy.insecure && { insecure: true }),
    ...(policy.scheduled && { scheduled: true }),
    importMode: (policy.importMode || 'Legacy') as 'Legacy',
  };
}

/** The tags as stored and shown: of several with one name the last stands, in the order of names. */
export function canonicalTags(tags: readonly TagReference[]): TagReference[] {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
