import { LONGEST_NAME } from '../reference/parse-image-reference.js';

/** What a stream's name looks like, as text for messages. */
const NAME_PATTERN = '[a-z0-9]+(?:[._-][a-z0-9]+)*';
const NAME = new RegExp(`^${NAME_PATTERN}$`);

/** What is wrong with a stream's name; empty when nothing is (contract: references, §2). */
export function streamNameProblems(name: string): string[] {
  const segment = pathSegmentProblems(name);
  if (segment.length > 0) return segment;
  return NAME.test(name) ? [] : [`must match ${JSON.stringify(NAME_PATTERN)}`];
}

/** What keeps a name from being one segment of a URL path; empty when nothing does. */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** Is `namespace/name` longer than a registry allows a repository to be named? */
export function isRepositoryNameTooLong(namespace: string, name: string): boolean {
  return `${namespace}/${name}`.length > LONGEST_NAME;
}
