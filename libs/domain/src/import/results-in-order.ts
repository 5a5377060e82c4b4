import { exactReference } from '../reference/derive-reference.js';
import { parseImageReference } from '../reference/parse-image-reference.js';
import type { ImportedItem, ImportResults } from './import-results.js';

/** One result that is to be written to a tag. */
export interface TaggedResult {
  tag: string;
  item: ImportedItem;
  /** Text for the spec tag's `from.name`. */
  from: string;
  isRepositoryItem: boolean;
}

/** The results that concern tags, in the order in which they are applied: the repository's first (contract: import, §1 step 6). */
export function resultsInOrder(results: ImportResults): TaggedResult[] {
  const { repository, items } = results;
  const ofRepository = (repository?.items ?? []).map((item) => ({
    tag: item.tag,
    item,
    from: taggedName(repository?.from.name ?? '', item.tag),
    isRepositoryItem: true,
  }));
  const ofImages = items.flatMap((item) =>
    item.to === undefined ? [] : [{ tag: item.to, item, from: item.from.name, isRepositoryItem: false }],
  );
  return [...ofRepository, ...ofImages];
}

/** Text of a repository's tag, in the form the repository was written. Throws `InvalidImageReference`. */
export function taggedName(repository: string, tag: string): string {
  return exactReference({ ...parseImageReference(repository), tag, id: '' });
}
