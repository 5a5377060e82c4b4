import type { TagReference, TagSource } from './types.js';

/** Which stream a rule looks at from inside. */
export interface StreamName {
  namespace: string;
  name: string;
}

/** Why an alias leads nowhere. */
export type AliasProblem = 'circular' | 'other-stream' | 'invalid' | 'not-found';

export type AliasResolution =
  /** `tag` is the tag at the end; `isAlias` tells whether any step was taken. */
  | { tag: string; reference: TagReference; isAlias: boolean; problem?: undefined }
  /** `tag` is the tag at which it went wrong. */
  | { tag: string; problem: AliasProblem };

/** Follows ImageStreamTag references within a stream to the tag that is none (contract: references, §4). */
export function resolveAlias(
  stream: StreamName,
  tag: string,
  specTag: (name: string) => TagReference | undefined,
): AliasResolution {
  const seen = new Set<string>();
  for (let current = tag; ;) {
    if (seen.has(current)) return { tag: current, problem: 'circular' };
    seen.add(current);
    const reference = specTag(current);
    if (!reference) return { tag: current, problem: 'not-found' };
    if (reference.from?.kind !== 'ImageStreamTag') return { tag: current, reference, isAlias: seen.size > 1 };
    const next = sameStreamTag(stream, reference.from);
    if (typeof next === 'object') return { tag: current, problem: next.problem };
    current = next;
  }
}

/** The tag of the same stream that an ImageStreamTag source names, or why it names none. */
function sameStreamTag(stream: StreamName, from: TagSource): string | { problem: AliasProblem } {
  if (from.namespace && from.namespace !== stream.namespace) return { problem: 'other-stream' };
  if (!from.name.includes(':')) return from.name;
  const [name, tag, ...rest] = from.name.split(':');
  if (!name || !tag || rest.length > 0) return { problem: 'invalid' };
  return name === stream.name ? tag : { problem: 'other-stream' };
}
