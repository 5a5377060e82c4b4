import { ApiError, type StatusCause } from '../status/api-error.js';
import { intersection, isEmptySet, pathsOf, type FieldSet } from './field-set.js';
import type { Manager, Managers } from './managers.js';
import { pathText } from './path-text.js';

/** A field an apply wants to change and another manager owns. */
export interface Conflict {
  manager: Manager;
  path: string;
}

/** Conflicts with every manager but the applier, ordered by manager and path. */
export function findConflicts(managers: Managers, applier: string, changed: FieldSet): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [identity, manager] of [...managers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (identity === applier) continue;
    const contested = intersection(manager.fields, changed);
    if (isEmptySet(contested)) continue;
    conflicts.push(...pathsOf(contested).map((path) => ({ manager, path: pathText(path) })));
  }
  return conflicts;
}

/** The 409 that names each conflict as a cause. */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const causes: StatusCause[] = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(manager)}`,
    field: path,
  }));
  return new ApiError('Conflict', conflictMessage(conflicts), { causes });
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${managerText(first.manager)}: ${first.path}`;
  }
  const byManager = new Map<string, string[]>();
  for (const { manager, path } of conflicts) {
    const name = managerText(manager);
    byManager.set(name, [...(byManager.get(name) ?? []), `- ${path}`]);
  }
  const lines = [...byManager].flatMap(([name, paths]) => [`conflicts with ${name}:`, ...paths]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ manager, operation, apiVersion, subresource }: Manager): string {
  const named = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${named} using ${apiVersion}` : named;
}
