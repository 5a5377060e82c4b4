import { cloneJson, getOwn, isJsonObject, setOwn, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { fieldShape, isStruct, shapeOf, type Shape } from '../decode/schema-shape.js';
import { isEmpty } from '../decode/walk-schema.js';
import type { SchemaLibrary } from '../schema.js';

/**
 * The object as Kubernetes' typed value of it would be written: fields that are always written appear with their zero
 * (from the schema's `default`, or null), fields left out when empty are left out. Ownership is compared on this form,
 * so that `local: false` sent by a client does not count as a change against an object without it.
 */
export function typedForm(value: JsonValue | undefined, shape: Shape, schemas: SchemaLibrary): JsonValue {
  if (Array.isArray(value)) {
    const item = shapeOf(shape.schema.items, schemas);
    return value.map((entry) => typedForm(entry, item, schemas));
  }
  if (!isJsonObject(value)) return value ?? null;
  if (!isStruct(shape)) return mapForm(value, shape, schemas);
  const typed: JsonObject = {};
  for (const key of new Set([...Object.keys(shape.schema.properties ?? {}), ...Object.keys(value)])) {
    const field = fieldShape(shape, key, schemas);
    const written = field ? fieldForm(getOwn(value, key), field, key, shape, schemas) : getOwn(value, key);
    if (written !== undefined) setOwn(typed, key, written);
  }
  return typed;
}

function mapForm(map: JsonObject, shape: Shape, schemas: SchemaLibrary): JsonObject {
  const { additionalProperties } = shape.schema;
  if (!additionalProperties) return cloneJson(map);
  const item = shapeOf(additionalProperties, schemas);
  const typed: JsonObject = {};
  for (const key of Object.keys(map)) setOwn(typed, key, typedForm(map[key], item, schemas));
  return typed;
}

function fieldForm(
  value: JsonValue | undefined,
  field: Shape,
  key: string,
  parent: Shape,
  schemas: SchemaLibrary,
): JsonValue | undefined {
  if (value === undefined || value === null) return zeroForm(field, key, parent, schemas);
  const typed = typedForm(value, field, schemas);
  return field.site['x-faktorz-empty'] === 'omit' && isEmpty(typed) ? undefined : typed;
}

function zeroForm(field: Shape, key: string, parent: Shape, schemas: SchemaLibrary): JsonValue | undefined {
  const { site } = field;
  if (site['x-faktorz-empty'] === 'null') return null;
  if (site.default !== undefined) return typedForm(cloneJson(site.default as JsonValue), field, schemas);
  const isRequiredList = field.schema.type === 'array' && (parent.schema.required?.includes(key) ?? false);
  return isRequiredList ? null : undefined;
}
