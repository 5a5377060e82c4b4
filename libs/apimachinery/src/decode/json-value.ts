/** Anything JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object; keys such as `__proto__` are ordinary own properties when written with `setOwn`. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Is this a JSON object (and neither null nor an array)? */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads an own property: `constructor` or `__proto__` of a client's object never reach the prototype. */
export function getOwn(object: object, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? (object as JsonObject)[key] : undefined;
}

/** Writes an own property whatever its name, so that `__proto__` cannot change the prototype. */
export function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

/** A deep copy that shares nothing with its source. */
export function cloneJson<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => cloneJson(item)) as T;
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== undefined) setOwn(copy, key, cloneJson(item));
  }
  return copy as T;
}

/** Deep equality of JSON; the order of keys does not count, that of items does. */
export function jsonEquals(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, at) => jsonEquals(item, right[at]))
    );
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left).filter((key) => left[key] !== undefined);
  const others = Object.keys(right).filter((key) => right[key] !== undefined);
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(right, key) && jsonEquals(left[key], right[key]))
  );
}

/** Treats a typed object (a `KubeObject`) as the JSON it is. */
export function asJson(value: object): JsonObject {
  return value as JsonObject;
}
