import type { KubeObject, Table } from '../client/kube-object.js';
import { findByPath } from '../printers/jsonpath.js';

/** Rows of a table in the order of a field of their objects. */
export function sortRows(table: Table, path: string): Table {
  const rows = [...(table.rows ?? [])].sort((a, b) => compareFields(a.object, b.object, path));
  return { ...table, rows };
}

export function sortObjects<T extends { object: KubeObject }>(objects: readonly T[], path: string): T[] {
  return [...objects].sort((a, b) => compareFields(a.object, b.object, path));
}

/** Missing fields come first; numbers compare as numbers, everything else as text. */
function compareFields(a: unknown, b: unknown, path: string): number {
  const [left] = findByPath(path, a);
  const [right] = findByPath(path, b);
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}
