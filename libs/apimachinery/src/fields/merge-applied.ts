import { cloneJson, isJsonObject, setOwn, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { fieldShape, isAtomicMap, listRelation, shapeOf, type Shape } from '../decode/schema-shape.js';
import type { SchemaLibrary } from '../schema.js';
import { itemElement, itemsByElement } from './list-items.js';

/** The live value with an applied one laid over it: fields and keyed items merge, everything else is replaced. */
export function mergeApplied(
  live: JsonValue | undefined,
  applied: JsonValue,
  shape: Shape,
  schemas: SchemaLibrary,
): JsonValue {
  if (Array.isArray(live) && Array.isArray(applied) && listRelation(shape).kind !== 'atomic') {
    return mergeItems(live, applied, shape, schemas);
  }
  if (isJsonObject(live) && isJsonObject(applied) && isGranular(shape))
    return mergeFields(live, applied, shape, schemas);
  return cloneJson(applied);
}

function isGranular(shape: Shape): boolean {
  return shape.schema.type === 'object' && !isAtomicMap(shape);
}

function mergeFields(live: JsonObject, applied: JsonObject, shape: Shape, schemas: SchemaLibrary): JsonObject {
  const merged = cloneJson(live);
  for (const key of Object.keys(applied)) {
    const was = Object.hasOwn(live, key) ? live[key] : undefined;
    const field = fieldShape(shape, key, schemas) ?? { schema: {}, site: {} };
    setOwn(merged, key, mergeApplied(was, applied[key] ?? null, field, schemas));
  }
  return merged;
}

/** Applied items in their order; items only the live list has keep their place before the next shared one. */
function mergeItems(live: JsonValue[], applied: JsonValue[], shape: Shape, schemas: SchemaLibrary): JsonValue[] {
  const item = shapeOf(shape.schema.items, schemas);
  const relation = listRelation(shape);
  const element = (value: JsonValue) => itemElement(value, relation, item, schemas);
  const wanted = itemsByElement(applied, relation, item, schemas);
  const present = itemsByElement(live, relation, item, schemas);
  const merged: JsonValue[] = [];
  let next = 0;
  for (const value of applied) {
    const same = present.get(element(value))?.[0];
    if (same !== undefined) {
      for (; next < live.length && live[next] !== same; next++) keepIfOnlyLive(live[next]);
    }
    merged.push(mergeApplied(same, value, item, schemas));
  }
  for (; next < live.length; next++) keepIfOnlyLive(live[next]);
  return merged;

  function keepIfOnlyLive(value: JsonValue | undefined): void {
    if (value !== undefined && !wanted.has(element(value))) merged.push(cloneJson(value));
  }
}
