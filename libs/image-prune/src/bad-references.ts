import type { BadReference } from './image-users.js';

/** Why a run does not begin, naming every object with a pull spec that can't be read; undefined when there is none. */
export function badReferencesText(bad: readonly BadReference[]): string | undefined {
  if (bad.length === 0) return undefined;
  const lines = bad.map(
    ({ kind, namespace, name, pullSpec, problem }) =>
      `  ${kind}[${namespace}/${name}]: invalid container image reference "${pullSpec}": ${problem}`,
  );
  return [
    'failed to build graph - no changes made',
    '',
    'The following objects have invalid references:',
    '',
    ...lines,
    '',
    'Either fix the references or delete the objects to make the pruner proceed.',
  ].join('\n');
}
