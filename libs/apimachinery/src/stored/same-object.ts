import { asJson, isJsonObject, jsonEquals, type JsonValue } from '../decode/json-value.js';
import type { KubeObject } from '../kube-object.js';

/**
 * Do two objects say the same, but for the version and for when their fields were last managed? Absent, undefined and
 * null are the same, and so are absent and empty maps and lists of the metadata.
 */
export function saySame(a: KubeObject, b: KubeObject): boolean {
  return jsonEquals(comparable(a), comparable(b));
}

function comparable(object: KubeObject): JsonValue {
  const { resourceVersion: _version, managedFields, ...metadata } = object.metadata;
  const untimed = managedFields?.map(({ time: _time, ...entry }) => entry) ?? [];
  const isSaid = ([, value]: [string, unknown]): boolean =>
    !(typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  const said = Object.fromEntries(Object.entries({ ...metadata, managedFields: untimed }).filter(isSaid));
  return withoutNothing(asJson({ ...object, metadata: said }));
}

function withoutNothing(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutNothing(part)]));
}
