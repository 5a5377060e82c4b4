import protobuf from 'protobufjs';
import { DecodingError } from '../decoding-error.js';
import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '../json-value.js';
import { MAX_NESTING } from '../parse-json.js';
import { EMBEDDED, JSON_NAMES, OMITTED_WHEN_ZERO } from './go-fields.js';
import { messageName } from './message-table.js';

/** Messages whose JSON is not an object of their fields. */
const SPECIAL: Readonly<Record<string, (message: JsonObject) => JsonValue>> = {
  'meta.v1.Time': (time) => timestamp(time, 0),
  'meta.v1.MicroTime': (time) => timestamp(time, 6),
  'api.resource.Quantity': (quantity) => quantity['string'] ?? '0',
  'util.intstr.IntOrString': (either) => (either['type'] === 1 ? (either['strVal'] ?? '') : (either['intVal'] ?? 0)),
  'meta.v1.FieldsV1': (fields) => embedded(fields['Raw']),
  'runtime.RawExtension': (extension) => embedded(extension['raw']),
  'authentication.v1.ExtraValue': (extra) => extra['items'] ?? [],
  'authorization.v1.ExtraValue': (extra) => extra['items'] ?? [],
};

/**
 * Reads the bytes of one message as the object's JSON form.
 * @throws DecodingError for bytes that are no such message
 */
export function readMessage(type: protobuf.Type, bytes: Uint8Array): JsonObject {
  const message = decode(type, bytes);
  const plain = type.toObject(message, { longs: Number, bytes: String }) as JsonObject;
  const value = toJson(type, plain, 0);
  return isJsonObject(value) ? value : {};
}

function decode(type: protobuf.Type, bytes: Uint8Array): protobuf.Message {
  try {
    return type.decode(bytes);
  } catch (error) {
    throw new DecodingError(`proto: ${error instanceof Error ? error.message : 'invalid message'}`, { cause: error });
  }
}

function toJson(type: protobuf.Type, message: JsonObject, depth: number): JsonValue {
  if (depth > MAX_NESTING) throw new DecodingError('proto: exceeded max depth');
  const special = SPECIAL[messageName(type)];
  if (special) return special(message);
  const object: JsonObject = {};
  for (const field of type.fieldsArray) {
    const raw = Object.hasOwn(message, field.name) ? message[field.name] : undefined;
    if (raw === undefined || raw === null) continue;
    const value = fieldJson(field, raw, depth);
    if (EMBEDDED.has(field.name) && isJsonObject(value)) Object.assign(object, value);
    else if (!isOmitted(field, value)) setOwn(object, JSON_NAMES[field.name] ?? field.name, value);
  }
  return object;
}

function fieldJson(field: protobuf.Field, raw: JsonValue, depth: number): JsonValue {
  const { resolvedType: type } = field.resolve();
  if (!(type instanceof protobuf.Type)) return raw;
  if (Array.isArray(raw)) return raw.map((item) => toJson(type, item as JsonObject, depth + 1));
  if (!field.map) return toJson(type, raw as JsonObject, depth + 1);
  const map: JsonObject = {};
  for (const [key, value] of Object.entries(raw as JsonObject))
    setOwn(map, key, toJson(type, value as JsonObject, depth + 1));
  return map;
}

function isOmitted(field: protobuf.Field, value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (field.map) return Object.keys(value as JsonObject).length === 0;
  return (value === 0 || value === false) && OMITTED_WHEN_ZERO.has(field.name);
}

/** An empty Time is "no time". */
function timestamp(time: JsonObject, digits: 0 | 6): JsonValue {
  const seconds = Number(time['seconds'] ?? 0);
  const nanos = Number(time['nanos'] ?? 0);
  if (seconds === 0 && nanos === 0) return null;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new DecodingError('proto: time out of range');
  const whole = date.toISOString().slice(0, 19);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(Math.floor(nanos / 1000)).padStart(digits, '0')}Z`;
}

/** JSON inside bytes (`bytes` fields arrive as base64). */
function embedded(base64: JsonValue | undefined): JsonValue {
  const text = Buffer.from(typeof base64 === 'string' ? base64 : '', 'base64').toString('utf8');
  if (text === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new DecodingError('proto: embedded JSON is malformed', { cause: error });
  }
}
