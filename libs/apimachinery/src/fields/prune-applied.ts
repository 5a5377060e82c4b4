import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { fieldShape, isAtomicMap, isStruct, listRelation, shapeOf, type Shape } from '../decode/schema-shape.js';
import type { SchemaLibrary } from '../schema.js';
import { fieldSetOf } from './field-sets-of.js';
import { difference, emptySet, intersection, isEmptySet, union, type FieldSet } from './field-set.js';
import { itemElement } from './list-items.js';
import type { Managers } from './managers.js';

/**
 * Removes what the applier owned before and no longer sets, unless somebody else owns it (structured-merge-diff, `prune`).
 * `managers` holds the applier's new set already; `last` is its old one.
 */
export function pruneApplied(
  merged: JsonValue,
  managers: Managers,
  last: FieldSet,
  shape: Shape,
  schemas: SchemaLibrary,
): JsonValue {
  const named = (set: FieldSet) => withNamedParents(set, shape, schemas);
  const present = named(fieldSetOf(merged, shape, schemas));
  const lastNamed = named(last);
  let pruned = removeFields(merged, lastNamed, shape, schemas);

  let owned = emptySet();
  for (const manager of managers.values()) owned = union(owned, manager.fields);
  const afterPrune = named(fieldSetOf(pruned, shape, schemas));
  pruned = removeFields(merged, difference(present, union(afterPrune, named(owned))), shape, schemas);

  const kept = named(fieldSetOf(pruned, shape, schemas));
  return removeFields(merged, intersection(difference(present, kept), lastNamed), shape, schemas);
}

/** The set with every struct field on the way to a member made a member: a field cannot be kept without its struct. */
function withNamedParents(set: FieldSet, shape: Shape, schemas: SchemaLibrary): FieldSet {
  const result: FieldSet = { member: set.member, children: new Map() };
  for (const [element, child] of set.children) {
    const field = element.startsWith('f:') ? fieldShape(shape, element.slice(2), schemas) : undefined;
    const inner = field ?? (shape.schema.items ? shapeOf(shape.schema.items, schemas) : { schema: {}, site: {} });
    const named = withNamedParents(child, inner, schemas);
    if (field && isStruct(shape) && child.children.size > 0) named.member = true;
    result.children.set(element, named);
  }
  return result;
}

/** The value without the members of the set; lists and objects that lose everything become null. */
function removeFields(value: JsonValue, remove: FieldSet, shape: Shape, schemas: SchemaLibrary): JsonValue {
  if (isEmptySet(remove)) return value;
  if (Array.isArray(value))
    return listRelation(shape).kind === 'atomic' ? value : removeItems(value, remove, shape, schemas);
  return isJsonObject(value) && !isAtomicMap(shape) ? removeKeys(value, remove, shape, schemas) : value;
}

function removeKeys(object: JsonObject, remove: FieldSet, shape: Shape, schemas: SchemaLibrary): JsonValue {
  const left: JsonObject = {};
  for (const key of Object.keys(object)) {
    const child = remove.children.get(`f:${key}`);
    if (child?.member) continue;
    const value = object[key] ?? null;
    const field = fieldShape(shape, key, schemas) ?? { schema: {}, site: {} };
    setOwn(left, key, child ? removeFields(value, child, field, schemas) : value);
  }
  return Object.keys(left).length > 0 ? left : null;
}

function removeItems(list: JsonValue[], remove: FieldSet, shape: Shape, schemas: SchemaLibrary): JsonValue {
  const item = shapeOf(shape.schema.items, schemas);
  const relation = listRelation(shape);
  const left: JsonValue[] = [];
  for (const value of list) {
    const child = remove.children.get(itemElement(value, relation, item, schemas));
    if (child?.member) continue;
    left.push(child ? removeFields(value, child, item, schemas) : value);
  }
  return left.length > 0 ? left : null;
}
