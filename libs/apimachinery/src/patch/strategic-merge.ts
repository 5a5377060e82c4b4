import {
  cloneJson,
  getOwn,
  isJsonObject,
  jsonEquals,
  setOwn,
  type JsonObject,
  type JsonValue,
} from '../decode/json-value.js';
import { fieldShape, shapeOf, strategies, type Shape } from '../decode/schema-shape.js';
import type { SchemaLibrary } from '../schema.js';
import { ListMerge } from './strategic-list.js';
import { badPatch, patchDoesNotApply } from './patch-errors.js';

/** What a patch says about how it is meant, beside values. */
const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder/';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch: objects merge, null removes, and lists whose schema names a merge key merge item by item.
 * Directives: `$patch` (replace, delete, merge), `$retainKeys`, `$setElementOrder/<list>`, `$deleteFromPrimitiveList/<list>`.
 * The given document stays as it is.
 * @throws ApiError 400 (malformed directive), 422 (the patch does not fit the object)
 */
export function strategicMerge(
  document: JsonObject,
  patch: JsonObject,
  shape: Shape,
  schemas: SchemaLibrary,
): JsonObject {
  const merged = new StrategicMerge(schemas).mergeObject(cloneJson(document), patch, shape);
  return merged ?? {};
}

export class StrategicMerge {
  private readonly lists: ListMerge;

  constructor(private readonly schemas: SchemaLibrary) {
    this.lists = new ListMerge(this);
  }

  /** Merges into `original`, which it changes; undefined when the patch deletes the object. */
  mergeObject(original: JsonObject, patch: JsonObject, shape: Shape): JsonObject | undefined {
    const directive = getOwn(patch, DIRECTIVE);
    if (directive === 'replace') return this.asNew(patch);
    if (directive === 'delete') return undefined;
    if (directive !== undefined && directive !== 'merge')
      throw badPatch(`unknown patch type found: ${String(directive)}`);
    retainKeys(original, patch);
    for (const key of Object.keys(patch)) {
      if (key.startsWith('$')) this.applyListDirective(original, patch, key, shape);
      else this.mergeField(original, key, patch, shape);
    }
    return original;
  }

  /** A value that is new to the document: nulls and directives have nothing to act on. */
  asNew<T extends JsonValue>(value: T): T {
    if (Array.isArray(value)) {
      const items = value.filter((item) => !(isJsonObject(item) && getOwn(item, DIRECTIVE) !== undefined));
      return items.map((item) => this.asNew(item)) as T;
    }
    if (!isJsonObject(value)) return value;
    const fresh: JsonObject = {};
    for (const key of Object.keys(value)) {
      const item = value[key] ?? null;
      if (item !== null && !isDirective(key)) setOwn(fresh, key, this.asNew(item));
    }
    return fresh as T;
  }

  private mergeField(original: JsonObject, key: string, patch: JsonObject, shape: Shape): void {
    const value = patch[key] ?? null;
    const was = getOwn(original, key);
    if (value === null) delete original[key];
    else {
      const merged = this.mergeValue(was, value, this.field(shape, key), getOwn(patch, ELEMENT_ORDER + key));
      if (merged === undefined) delete original[key];
      else setOwn(original, key, merged);
    }
  }

  private mergeValue(
    was: JsonValue | undefined,
    value: JsonValue,
    shape: Shape,
    order: JsonValue | undefined,
  ): JsonValue | undefined {
    const how = strategies(shape);
    if (Array.isArray(value) && how.includes('merge') && (Array.isArray(was) || was === undefined || was === null)) {
      return this.lists.merge(Array.isArray(was) ? was : [], value, shape, this.item(shape), order);
    }
    if (isJsonObject(value) && isJsonObject(was) && !how.includes('replace'))
      return this.mergeObject(was, value, shape);
    return isJsonObject(value) && getOwn(value, DIRECTIVE) === 'delete' ? undefined : this.asNew(value);
  }

  private applyListDirective(original: JsonObject, patch: JsonObject, key: string, shape: Shape): void {
    if (key.startsWith(DELETE_PRIMITIVES)) deletePrimitives(original, key.slice(DELETE_PRIMITIVES.length), patch[key]);
    else if (key.startsWith(ELEMENT_ORDER)) {
      const name = key.slice(ELEMENT_ORDER.length);
      const list = getOwn(original, name);
      const field = this.field(shape, name);
      if (!Array.isArray(patch[key])) throw badPatch(`${ELEMENT_ORDER}${name} has to be a list`);
      if (getOwn(patch, name) !== undefined || !Array.isArray(list)) return;
      setOwn(original, name, this.lists.merge(list, [], field, this.item(field), patch[key]));
    } else if (!isDirective(key)) this.mergeField(original, key, patch, shape);
  }

  private field(shape: Shape, key: string): Shape {
    return fieldShape(shape, key, this.schemas) ?? { schema: {}, site: {} };
  }

  private item(shape: Shape): Shape {
    return shapeOf(shape.schema.items, this.schemas);
  }
}

function isDirective(key: string): boolean {
  return key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER) || key.startsWith(DELETE_PRIMITIVES);
}

/** `$retainKeys` lists every key that may stay; the patch may only set those. */
function retainKeys(original: JsonObject, patch: JsonObject): void {
  const keys = getOwn(patch, RETAIN_KEYS);
  if (keys === undefined) return;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw badPatch('invalid patch format of retain keys: $retainKeys has to be a list of names');
  }
  for (const key of Object.keys(patch)) {
    if (!isDirective(key) && patch[key] !== null && !keys.includes(key)) {
      throw patchDoesNotApply(
        `patch content doesn't match the keys of the retain keys list: ${JSON.stringify(key)} is not in it`,
      );
    }
  }
  for (const key of Object.keys(original)) if (!keys.includes(key)) delete original[key];
}

function deletePrimitives(original: JsonObject, name: string, values: JsonValue | undefined): void {
  if (!Array.isArray(values))
    throw badPatch(`invalid patch format of primitive list: ${DELETE_PRIMITIVES}${name} has to be a list`);
  const list = getOwn(original, name);
  if (!Array.isArray(list)) return;
  setOwn(
    original,
    name,
    list.filter((item) => !values.some((value) => jsonEquals(value, item))),
  );
}
