import { parseJson } from '../decode/parse-json.js';
import { asJson, cloneJson, isJsonObject, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { namedShape } from '../decode/schema-shape.js';
import type { KubeObject } from '../kube-object.js';
import { compareFields, fieldSetOf } from './field-sets-of.js';
import { difference, insertPath, type FieldSet } from './field-set.js';
import { trackedForm, type TypeOfObject } from './tracked.js';

/** Where `kubectl apply` (client side) keeps what it applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager whose server-side applies take over from client-side ones. */
export const KUBECTL = 'kubectl';

const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/**
 * Fields that kubectl's client-side apply set and nobody changed since: its first server-side apply may take them
 * without conflict. Undefined when the object was not applied so.
 */
export function fieldsOfLastApplied(live: KubeObject, apiVersion: string, type: TypeOfObject): FieldSet | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  const last = text === undefined ? undefined : readObject(text);
  if (!last || last['apiVersion'] !== apiVersion) return undefined;
  const shape = namedShape(type.schema, type.schemas);
  const changes = compareFields(last, trackedForm(live, type, undefined), shape, type.schemas);
  let fields = fieldSetOf(last, shape, type.schemas);
  for (const set of [changes.modified, changes.added, changes.removed]) fields = difference(fields, set);
  insertPath(fields, ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`]);
  return fields;
}

function readObject(text: string): JsonObject | undefined {
  try {
    const { value } = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the client-side annotation true after a server-side apply of kubectl, so that both ways can be mixed. */
export function refreshLastApplied(object: KubeObject, applied: KubeObject): void {
  const { annotations } = object.metadata;
  if (annotations?.[LAST_APPLIED] === undefined) return;
  const plain = cloneJson(asJson(applied));
  const metadata = plain['metadata'];
  if (isJsonObject(metadata)) {
    delete metadata['managedFields'];
    const own = metadata['annotations'];
    if (isJsonObject(own)) delete own[LAST_APPLIED];
    if (isJsonObject(own) && Object.keys(own).length === 0) delete metadata['annotations'];
  }
  const text = `${goJson(plain)}\n`;
  object.metadata.annotations = { ...annotations, [LAST_APPLIED]: isTooLong(annotations, text) ? '' : text };
}

function isTooLong(annotations: Record<string, string>, text: string): boolean {
  let total = Buffer.byteLength(text);
  for (const [key, value] of Object.entries(annotations))
    total += key.length + (key === LAST_APPLIED ? 0 : Buffer.byteLength(value));
  return total > MAX_ANNOTATIONS_BYTES;
}

/** JSON as Go writes maps: keys sorted, `<`, `>` and `&` escaped. The client's next apply must find the same text. */
function goJson(value: JsonValue): string {
  return JSON.stringify(sortKeys(value)).replaceAll(
    /[<>&\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}
