import type { KubeObject, Table } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import { findByPath } from '../printers/jsonpath.js';
import { fullPath } from '../printers/jsonpath-parse.js';

/** Rows of a table in the order of a field of their objects. */
export function sortRows(table: Table, path: string): Table {
  return { ...table, rows: sortBy(table.rows ?? [], ({ object }) => object, path) };
}

export function sortObjects<T extends { object: KubeObject }>(objects: readonly T[], path: string): T[] {
  return sortBy(objects, ({ object }) => object, path);
}

/** Missing fields come first; numbers compare as numbers, everything else as text. A field that nothing has is an error. */
function sortBy<T>(items: readonly T[], objectOf: (item: T) => unknown, path: string): T[] {
  const keyed = items.map((item) => ({ item, key: findByPath(path, objectOf(item))[0] }));
  if (items.length > 1 && keyed.every(({ key }) => key === undefined)) {
    throw new CommandError(`couldn't find any field with path "${fullPath(path)}" in the list of objects`);
  }
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

function compareKeys(left: unknown, right: unknown): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}
