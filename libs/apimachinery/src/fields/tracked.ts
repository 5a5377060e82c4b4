import { asJson, getOwn, isJsonObject, setOwn, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { fieldShape, isStruct, namedShape, type Shape } from '../decode/schema-shape.js';
import type { KubeObject } from '../kube-object.js';
import type { SchemaLibrary } from '../schema.js';
import { typedForm } from './typed-form.js';

/** What ownership of an object is judged by. */
export interface TypeOfObject {
  /** Component name of the kind's schema. */
  schema: string;
  schemas: SchemaLibrary;
}

/** The object as its fields are compared: in typed form, without `metadata.managedFields` and what is not tracked. */
export function trackedForm(object: KubeObject, type: TypeOfObject, subresource: string | undefined): JsonValue {
  const shape = namedShape(type.schema, type.schemas);
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  const plain: JsonObject = { ...asJson(object), metadata: asJson(metadata) };
  return withoutUntracked(typedForm(plain, shape, type.schemas), shape, type.schemas, subresource);
}

/** What an object of the kind holds when nobody set anything: a create is compared with it. */
export function emptyObject(): KubeObject {
  return { apiVersion: '', kind: '', metadata: {} } as unknown as KubeObject;
}

function withoutUntracked(
  value: JsonValue,
  shape: Shape,
  schemas: SchemaLibrary,
  subresource: string | undefined,
): JsonValue {
  if (!isJsonObject(value) || !isStruct(shape)) return value;
  const tracked: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = fieldShape(shape, key, schemas);
    const rule = field?.site['x-faktorz-untracked'];
    if (rule === true || (rule === 'main' && !subresource)) continue;
    const item = getOwn(value, key) ?? null;
    setOwn(tracked, key, field ? withoutUntracked(item, field, schemas, subresource) : item);
  }
  return tracked;
}
