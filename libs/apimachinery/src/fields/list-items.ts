import { getOwn, isJsonObject, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { fieldShape, type ListRelation, type Shape } from '../decode/schema-shape.js';
import type { SchemaLibrary } from '../schema.js';

/** Items of a keyed list or set by their path element, in order; several where the element occurs more than once. */
export function itemsByElement(
  list: readonly JsonValue[] | undefined,
  relation: ListRelation,
  item: Shape,
  schemas: SchemaLibrary,
): Map<string, JsonValue[]> {
  const items = new Map<string, JsonValue[]>();
  for (const value of list ?? []) {
    const element = itemElement(value, relation, item, schemas);
    const same = items.get(element);
    if (same) same.push(value);
    else items.set(element, [value]);
  }
  return items;
}

/** `k:{"name":"latest"}` or `v:"read"`. A key the item lacks has its schema's default. */
export function itemElement(value: JsonValue, relation: ListRelation, item: Shape, schemas: SchemaLibrary): string {
  if (relation.kind !== 'map') return `v:${JSON.stringify(value)}`;
  const keys: JsonObject = {};
  for (const key of [...relation.keys].sort()) {
    const found = isJsonObject(value) ? getOwn(value, key) : undefined;
    keys[key] = found ?? keyDefault(item, key, schemas);
  }
  return `k:${JSON.stringify(keys)}`;
}

function keyDefault(item: Shape, key: string, schemas: SchemaLibrary): JsonValue {
  const fallback = fieldShape(item, key, schemas)?.site.default;
  return fallback === undefined ? '' : (fallback as JsonValue);
}
