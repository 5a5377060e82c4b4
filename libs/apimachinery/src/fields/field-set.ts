import type { JsonObject, JsonValue } from '../decode/json-value.js';
import { isJsonObject } from '../decode/json-value.js';

/**
 * A set of field paths as a tree. An edge is a path element in the notation of FieldsV1: `f:<field>`, `k:<keys as JSON>`
 * (an item of a keyed list), `v:<value as JSON>` (an item of a set), `i:<index>`. `member` says whether the path that ends here is in the set.
 */
export interface FieldSet {
  member: boolean;
  children: Map<string, FieldSet>;
}

/** One path: its elements from the root. */
export type FieldPath = readonly string[];

export function emptySet(): FieldSet {
  return { member: false, children: new Map() };
}

export function isEmptySet(set: FieldSet): boolean {
  if (set.member) return false;
  for (const child of set.children.values()) if (!isEmptySet(child)) return false;
  return true;
}

/** The node at a path, made if missing. */
export function nodeAt(set: FieldSet, path: FieldPath): FieldSet {
  let node = set;
  for (const element of path) {
    let child = node.children.get(element);
    if (!child) node.children.set(element, (child = emptySet()));
    node = child;
  }
  return node;
}

export function insertPath(set: FieldSet, path: FieldPath): void {
  nodeAt(set, path).member = true;
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (inLeft, inRight) => inLeft || inRight);
}

/** Paths of `left` that are not in `right`; only equal paths count, not prefixes. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (inLeft, inRight) => inLeft && !inRight);
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (inLeft, inRight) => inLeft && inRight);
}

const NOTHING = emptySet();

function combine(left: FieldSet, right: FieldSet, keep: (inLeft: boolean, inRight: boolean) => boolean): FieldSet {
  const result: FieldSet = { member: keep(left.member, right.member), children: new Map() };
  for (const element of new Set([...left.children.keys(), ...right.children.keys()])) {
    const child = combine(left.children.get(element) ?? NOTHING, right.children.get(element) ?? NOTHING, keep);
    if (child.member || child.children.size > 0) result.children.set(element, child);
  }
  return result;
}

/** All paths, sorted as in FieldsV1. */
export function pathsOf(set: FieldSet, prefix: FieldPath = []): FieldPath[] {
  const paths: FieldPath[] = set.member ? [prefix] : [];
  for (const [element, child] of sortedChildren(set)) paths.push(...pathsOf(child, [...prefix, element]));
  return paths;
}

/** The set as the JSON of a managedFields entry: `{"f:spec":{"f:tags":{".":{},…}}}`. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const json: JsonObject = {};
  for (const [element, child] of sortedChildren(set)) {
    const inner = toFieldsV1(child);
    if (child.member && child.children.size > 0) json[element] = { '.': {}, ...inner };
    else if (child.member || child.children.size > 0) json[element] = inner;
  }
  return json;
}

/** Reads FieldsV1; undefined when it is none. */
export function fromFieldsV1(json: unknown): FieldSet | undefined {
  if (!isJsonObject(json)) return undefined;
  return readNode(json, 0, true);
}

const MAX_DEPTH = 200;

function readNode(json: JsonObject, depth: number, isRoot: boolean): FieldSet | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const elements = Object.keys(json);
  const set: FieldSet = { member: !isRoot && (elements.length === 0 || Object.hasOwn(json, '.')), children: new Map() };
  for (const element of elements) {
    if (element === '.') continue;
    const value: JsonValue | undefined = json[element];
    const child = isElement(element) && isJsonObject(value) ? readNode(value, depth + 1, false) : undefined;
    if (!child) return undefined;
    set.children.set(element, child);
  }
  return set;
}

function isElement(element: string): boolean {
  if (element.startsWith('f:')) return true;
  if (element.startsWith('i:')) return /^i:-?\d+$/.test(element);
  if (!element.startsWith('k:') && !element.startsWith('v:')) return false;
  return parseElement(element) !== undefined;
}

/** The JSON after `k:` or `v:`; undefined when it is malformed. */
export function parseElement(element: string): JsonValue | undefined {
  try {
    const value = JSON.parse(element.slice(2)) as JsonValue;
    return element.startsWith('k:') && !isJsonObject(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function sortedChildren(set: FieldSet): [string, FieldSet][] {
  return [...set.children].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** Kubernetes' order of path elements: fields, keys, values, indexes. */
function rank(element: string): number {
  return 'fkvi'.indexOf(element[0] ?? 'i');
}
