import { isJsonObject, jsonEquals, type JsonObject, type JsonValue } from '../decode/json-value.js';
import {
  fieldShape,
  isAtomicMap,
  isStruct,
  listRelation,
  preservesUnknown,
  shapeOf,
  type Shape,
} from '../decode/schema-shape.js';
import type { SchemaLibrary } from '../schema.js';
import { emptySet, insertPath, type FieldPath, type FieldSet } from './field-set.js';
import { itemsByElement } from './list-items.js';

/** What changed between two versions of a value, as sets of field paths. */
export interface Comparison {
  added: FieldSet;
  removed: FieldSet;
  modified: FieldSet;
}

/** Free-form content below the first level is owned as a whole. */
const ATOMIC: Shape = { schema: {}, site: {} };

/** The shape of a key of an object; keys of free-form objects are atomic, unless unknown fields are preserved. */
function keyShape(shape: Shape, key: string, schemas: SchemaLibrary): Shape {
  return fieldShape(shape, key, schemas) ?? (preservesUnknown(shape) ? shape : ATOMIC);
}

/** Is the value owned as a whole: a scalar, an atomic list or map, or content no schema describes? */
function isLeaf(value: JsonValue | undefined, shape: Shape): boolean {
  if (Array.isArray(value)) return shape.schema.type !== 'array' || listRelation(shape).kind === 'atomic';
  if (!isJsonObject(value)) return true;
  return (shape.schema.type !== 'object' && !preservesUnknown(shape)) || isAtomicMap(shape);
}

function isEmptyOrNull(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

/** Every field the value sets: what its applier owns (structured-merge-diff, `ToFieldSet`). */
export function fieldSetOf(value: JsonValue, shape: Shape, schemas: SchemaLibrary): FieldSet {
  const set = emptySet();
  collect(value, shape, [], set, schemas);
  return set;
}

function collect(value: JsonValue, shape: Shape, path: FieldPath, set: FieldSet, schemas: SchemaLibrary): void {
  if (isLeaf(value, shape)) {
    if (path.length > 0) insertPath(set, path);
  } else if (Array.isArray(value)) collectItems(value, shape, path, set, schemas);
  else if (isJsonObject(value)) collectFields(value, shape, path, set, schemas);
}

function collectFields(object: JsonObject, shape: Shape, path: FieldPath, set: FieldSet, schemas: SchemaLibrary): void {
  for (const key of Object.keys(object)) {
    const value = object[key] ?? null;
    const at = [...path, `f:${key}`];
    collect(value, keyShape(shape, key, schemas), at, set, schemas);
    if (isEmptyOrNull(value) || !isStruct(shape)) insertPath(set, at);
  }
}

function collectItems(list: JsonValue[], shape: Shape, path: FieldPath, set: FieldSet, schemas: SchemaLibrary): void {
  const item = shapeOf(shape.schema.items, schemas);
  for (const [element, same] of itemsByElement(list, listRelation(shape), item, schemas)) {
    const at = [...path, element];
    const [only] = same;
    if (same.length === 1 && only !== undefined) collect(only, item, at, set, schemas);
    insertPath(set, at);
  }
}

/** Which fields differ (structured-merge-diff, `Compare`). A new or gone map or list counts itself and its content. */
export function compareFields(left: JsonValue, right: JsonValue, shape: Shape, schemas: SchemaLibrary): Comparison {
  const result: Comparison = { added: emptySet(), removed: emptySet(), modified: emptySet() };
  compare(left, right, shape, [], result, schemas);
  return result;
}

type Side = JsonValue | undefined;

function compare(
  left: Side,
  right: Side,
  shape: Shape,
  path: FieldPath,
  result: Comparison,
  schemas: SchemaLibrary,
): void {
  const bothEmpty = isEmptyOrNull(left) && isEmptyOrNull(right);
  if (bothEmpty || isLeafPair(left, right, shape)) {
    note(left, right, path, result);
    return;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    compareItems(
      Array.isArray(left) ? left : undefined,
      Array.isArray(right) ? right : undefined,
      shape,
      path,
      result,
      schemas,
    );
  } else {
    compareKeys(isJsonObject(left) ? left : {}, isJsonObject(right) ? right : {}, shape, path, result, schemas);
  }
  if (path.length === 0) return;
  if (left === undefined) insertPath(result.added, path);
  else if (right === undefined) insertPath(result.removed, path);
}

function isLeafPair(left: Side, right: Side, shape: Shape): boolean {
  const nothing = (side: Side) => side === undefined || side === null;
  if (nothing(left)) return isLeaf(right, shape);
  if (nothing(right)) return isLeaf(left, shape);
  return isLeaf(left, shape) || isLeaf(right, shape) || Array.isArray(left) !== Array.isArray(right);
}

function note(left: Side, right: Side, path: FieldPath, result: Comparison): void {
  if (left === undefined && right !== undefined) insertPath(result.added, path);
  else if (right === undefined && left !== undefined) insertPath(result.removed, path);
  else if (!jsonEquals(left, right)) insertPath(result.modified, path);
}

function compareKeys(
  left: JsonObject,
  right: JsonObject,
  shape: Shape,
  path: FieldPath,
  result: Comparison,
  schemas: SchemaLibrary,
): void {
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [was, is] = [own(left, key), own(right, key)];
    if (was === undefined && is === undefined) continue;
    compare(was, is, keyShape(shape, key, schemas), [...path, `f:${key}`], result, schemas);
  }
}

function own(object: JsonObject, key: string): Side {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function compareItems(
  left: JsonValue[] | undefined,
  right: JsonValue[] | undefined,
  shape: Shape,
  path: FieldPath,
  result: Comparison,
  schemas: SchemaLibrary,
): void {
  const item = shapeOf(shape.schema.items, schemas);
  const relation = listRelation(shape);
  const was = itemsByElement(left, relation, item, schemas);
  const is = itemsByElement(right, relation, item, schemas);
  for (const element of new Set([...was.keys(), ...is.keys()])) {
    const [before = [], after = []] = [was.get(element), is.get(element)];
    const at = [...path, element];
    if (before.length <= 1 && after.length <= 1) compare(before[0], after[0], item, at, result, schemas);
    else note(before.length > 0 ? before : undefined, after.length > 0 ? after : undefined, at, result);
  }
}
