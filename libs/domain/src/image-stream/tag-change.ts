import type { TagReference } from './types.js';

/**
 * Does a spec tag have to be resolved or imported anew (contract: references, §3.1)? Looks at the effective namespace,
 * name, `reference`, import mode and an explicit generation 0. Kind alone, insecure, scheduled, reference policy and
 * annotations change nothing; nor does a tag without source.
 */
export function tagChanged(old: TagReference | undefined, next: TagReference, streamNamespace: string): boolean {
  if (!next.from || (next.from.kind === '' && next.from.name === '')) return false;
  if (!old) return true;
  return (
    (old.from?.namespace || streamNamespace) !== (next.from.namespace || streamNamespace) ||
    (old.from?.name ?? '') !== next.from.name ||
    Boolean(old.reference) !== Boolean(next.reference) ||
    importMode(old) !== importMode(next) ||
    (next.generation === 0 && old.generation !== 0 && old.generation != null)
  );
}

/** Do two spec tags mean different things? `null` and empty annotations, absent and false flags are the same. */
export function tagSpecDiffers(old: TagReference | undefined, next: TagReference | undefined): boolean {
  if (!old || !next) return old !== next;
  return (
    old.name !== next.name ||
    Boolean(old.from) !== Boolean(next.from) ||
    old.from?.kind !== next.from?.kind ||
    old.from?.name !== next.from?.name ||
    (old.from?.namespace || '') !== (next.from?.namespace || '') ||
    Boolean(old.reference) !== Boolean(next.reference) ||
    (old.generation ?? null) !== (next.generation ?? null) ||
    Boolean(old.importPolicy.insecure) !== Boolean(next.importPolicy.insecure) ||
    Boolean(old.importPolicy.scheduled) !== Boolean(next.importPolicy.scheduled) ||
    importMode(old) !== importMode(next) ||
    old.referencePolicy.type !== next.referencePolicy.type ||
    annotationsDiffer(old.annotations, next.annotations)
  );
}

function importMode(tag: TagReference): string {
  return tag.importPolicy.importMode || 'Legacy';
}

function annotationsDiffer(old: Record<string, string> | null, next: Record<string, string> | null): boolean {
  const before = Object.entries(old ?? {});
  const after = next ?? {};
  return before.length !== Object.keys(after).length || before.some(([key, value]) => after[key] !== value);
}
