import { getOwn, isJsonObject, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { listRelation, type Shape } from '../decode/schema-shape.js';
import { badPatch, patchDoesNotApply } from './patch-errors.js';

/** How the objects of a list are merged. */
export interface ObjectMerge {
  mergeObject(original: JsonObject, patch: JsonObject, shape: Shape): JsonObject | undefined;
  /** An object that only the patch has, without its directives. */
  asNew(patch: JsonObject): JsonObject;
}

/** Merges lists item by item: objects by their merge key, other values as a set. */
export class ListMerge {
  constructor(private readonly objects: ObjectMerge) {}

  /** @param order the list's `$setElementOrder`, if the patch has one */
  merge(
    original: JsonValue[],
    patch: JsonValue[],
    shape: Shape,
    item: Shape,
    order: JsonValue | undefined,
  ): JsonValue[] {
    const key = mergeKeyOf(shape);
    const merged = key === undefined ? mergePrimitives(original, patch) : this.mergeKeyed(original, patch, key, item);
    if (order === undefined) return merged;
    if (!Array.isArray(order)) throw badPatch('$setElementOrder has to be a list');
    checkOrder(patch, order, key);
    return inOrder(merged, order, original, key);
  }

  private mergeKeyed(original: JsonValue[], patch: JsonValue[], key: string, shape: Shape): JsonValue[] {
    const elements = patch.map((element) => asElement(element));
    const isReplaced = elements.some((element) => getOwn(element, '$patch') === 'replace');
    const merged = isReplaced ? [] : [...original];
    const positions = new Map<JsonValue | undefined, number>();
    for (const [at, element] of merged.entries()) {
      const name = keyValue(element, key);
      if (!positions.has(name)) positions.set(name, at);
    }
    const removed = new Set<JsonValue>();
    for (const element of elements) {
      const directive = getOwn(element, '$patch');
      if (directive === undefined || directive === 'merge') this.mergeElement(merged, positions, element, key, shape);
      else if (directive === 'delete') removed.add(requiredKey(element, key));
      else if (directive !== 'replace') throw badPatch(`unknown patch type found: ${String(directive)}`);
    }
    return removed.size === 0 ? merged : merged.filter((element) => !removed.has(keyValue(element, key) ?? null));
  }

  private mergeElement(
    merged: JsonValue[],
    positions: Map<JsonValue | undefined, number>,
    element: JsonObject,
    key: string,
    shape: Shape,
  ): void {
    const name = requiredKey(element, key);
    const at = positions.get(name);
    const present = at === undefined ? undefined : merged[at];
    if (at === undefined || !isJsonObject(present)) {
      positions.set(name, merged.length);
      merged.push(this.objects.asNew(element));
    } else merged[at] = this.objects.mergeObject(present, element, shape) ?? {};
  }
}

function mergeKeyOf(shape: Shape): string | undefined {
  const key = shape.site['x-kubernetes-patch-merge-key'] ?? shape.schema['x-kubernetes-patch-merge-key'];
  if (key !== undefined) return key;
  const relation = listRelation(shape);
  return relation.kind === 'map' ? relation.keys[0] : undefined;
}

function asElement(element: JsonValue): JsonObject {
  if (isJsonObject(element)) return element;
  throw patchDoesNotApply('a list of objects can only be patched with objects');
}

function keyValue(element: JsonValue, key: string): JsonValue | undefined {
  return isJsonObject(element) ? getOwn(element, key) : undefined;
}

function requiredKey(element: JsonObject, key: string): JsonValue {
  const value = getOwn(element, key);
  if (value === undefined || value === null) {
    throw patchDoesNotApply(`map: ${JSON.stringify(Object.keys(element))} does not contain declared merge key: ${key}`);
  }
  return value;
}

function mergePrimitives(original: JsonValue[], patch: JsonValue[]): JsonValue[] {
  if (patch.some((value) => typeof value === 'object' && value !== null)) {
    throw patchDoesNotApply('a list without merge key can only be merged with plain values');
  }
  return [...new Set([...original, ...patch])];
}

/** What an element is found by: its key, or itself. */
function identityOf(element: JsonValue, key: string | undefined): string {
  return JSON.stringify(key === undefined ? element : (keyValue(element, key) ?? null));
}

/** Items of the patch have to stand in the order the patch gives. */
function checkOrder(patch: JsonValue[], order: JsonValue[], key: string | undefined): void {
  const wanted = order.map((element) => identityOf(element, key));
  let next = 0;
  for (const element of patch) {
    if (isJsonObject(element) && getOwn(element, '$patch') !== undefined) continue;
    const at = wanted.indexOf(identityOf(element, key), next);
    if (at === -1)
      throw badPatch(
        `The order in patch list doesn't match $setElementOrder list: ${identityOf(element, key)} is out of place`,
      );
    next = at;
  }
}

/**
 * Elements the patch orders come in its order; each of the others goes before the first of them that followed it in the
 * original list, as far as both orders can be kept.
 */
function inOrder(merged: JsonValue[], order: JsonValue[], original: JsonValue[], key: string | undefined): JsonValue[] {
  const rank = ranks(order, key);
  const was = ranks(original, key);
  const rankOf = (element: JsonValue, by: Map<string, number>) => by.get(identityOf(element, key));
  const ordered = merged
    .filter((element) => rankOf(element, rank) !== undefined)
    .sort((a, b) => (rankOf(a, rank) ?? 0) - (rankOf(b, rank) ?? 0));
  const others = merged.filter((element) => rankOf(element, rank) === undefined);
  const result: JsonValue[] = [];
  let next = 0;
  for (const other of others) {
    const place = rankOf(other, was) ?? Number.MAX_SAFE_INTEGER;
    for (; next < ordered.length && (rankOf(ordered[next] ?? null, was) ?? -1) <= place; next++)
      result.push(ordered[next] ?? null);
    result.push(other);
  }
  return [...result, ...ordered.slice(next)];
}

function ranks(list: JsonValue[], key: string | undefined): Map<string, number> {
  const positions = new Map<string, number>();
  for (const [at, element] of list.entries()) {
    const identity = identityOf(element, key);
    if (!positions.has(identity)) positions.set(identity, at);
  }
  return positions;
}
