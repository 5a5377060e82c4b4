import { DecodingError } from '../decoding-error.js';
import { getOwn, isJsonObject, type JsonObject } from '../json-value.js';
import { readMessage } from './message-json.js';
import { messageType } from './message-table.js';

/** Every protobuf body of Kubernetes begins so ("k8s" and NUL). */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** Which package of messages holds the kinds of an API group. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core.v1',
  apps: 'apps.v1',
  batch: 'batch.v1',
  'authentication.k8s.io': 'authentication.v1',
  'authorization.k8s.io': 'authorization.v1',
  'rbac.authorization.k8s.io': 'rbac.v1',
  'events.k8s.io': 'events.v1',
  'meta.k8s.io': 'meta.v1',
};

/** An envelope: what it says it holds, and the message's bytes. */
interface Envelope {
  apiVersion: string;
  kind: string;
  raw: Buffer;
}

/**
 * Reads a Kubernetes protobuf body of the expected kind as the object's JSON form, with the apiVersion and kind the
 * envelope names; undefined when no message of that kind is known (then protobuf is not a notation for it).
 * @throws DecodingError for bytes that are no envelope or no such message
 */
export function readProtobufObject(
  bytes: Buffer,
  expected: { group: string; version: string; kind: string },
): JsonObject | undefined {
  const packageName = Object.hasOwn(PACKAGES, expected.group) ? PACKAGES[expected.group] : undefined;
  const type = packageName === undefined ? undefined : messageType(`${packageName}.${expected.kind}`);
  if (!type || expected.version !== 'v1') return undefined;
  const envelope = readEnvelope(bytes);
  const typeMeta = { kind: envelope.kind, apiVersion: envelope.apiVersion };
  // Another kind's bytes would decode into nonsense: the caller refuses the kind by name.
  return envelope.kind === expected.kind || envelope.kind === ''
    ? { ...readMessage(type, envelope.raw), ...typeMeta }
    : typeMeta;
}

function readEnvelope(bytes: Buffer): Envelope {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw new DecodingError('provided data does not appear to be a protobuf message');
  const type = messageType('runtime.Unknown');
  if (!type) throw new DecodingError('no envelope type');
  const unknown = readMessage(type, bytes.subarray(MAGIC.length));
  const typeMeta = getOwn(unknown, 'typeMeta');
  const raw = getOwn(unknown, 'raw');
  const named = isJsonObject(typeMeta) ? typeMeta : {};
  return {
    apiVersion: String(getOwn(named, 'apiVersion') ?? ''),
    kind: String(getOwn(named, 'kind') ?? ''),
    raw: Buffer.from(typeof raw === 'string' ? raw : '', 'base64'),
  };
}
