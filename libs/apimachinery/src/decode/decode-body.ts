import type { KubeObject } from '../kube-object.js';
import type { SchemaLibrary } from '../schema.js';
import { ApiError } from '../status/api-error.js';
import { bodyFormat, parseText, unsupportedMediaType } from './body-format.js';
import { DecodingError } from './decoding-error.js';
import { getOwn, isJsonObject, setOwn, type JsonObject, type JsonValue } from './json-value.js';
import type { ParsedDocument } from './parse-json.js';
import { readProtobufObject } from './protobuf/envelope.js';
import { namedShape } from './schema-shape.js';
import { withSoundText } from './sound-text.js';
import { readAs } from './walk-schema.js';

/** The kind a request is for. */
export interface ExpectedKind {
  group: string;
  version: string;
  kind: string;
}

/** What to do with unknown and duplicate fields (`fieldValidation` parameter). */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodeBodyInput {
  bytes: Buffer;
  /** The Content-Type header; empty means JSON. */
  contentType: string;
  kind: ExpectedKind;
  /** Component name of the kind's schema. */
  schema: string;
  schemas: SchemaLibrary;
  fieldValidation: FieldValidation;
  /**
   * For server-side apply: give the object back as it was sent, empty values and all, since what is sent is what its
   * applier owns. Unknown fields are then refused whatever `fieldValidation` says.
   */
  asSent?: boolean;
  /** May texts contain NUL? Default: it is refused. */
  keepsNul?: boolean;
}

/**
 * Reads the object of a create or update request: JSON, YAML, or Kubernetes protobuf for built-in kinds. The object
 * comes back with apiVersion, kind and metadata set, without fields its schema does not know, and without nulls.
 * @throws ApiError 400 BadRequest (not readable, another kind or version, a value of the wrong type, a text with NUL, or
 * with `Strict` an unknown or duplicate field), 415 UnsupportedMediaType
 */
export function decodeBody(input: DecodeBodyInput): { object: KubeObject; warnings: string[] } {
  const document = readDocument(input);
  // As in Kubernetes, null says nothing of any field.
  const value = document.value === null && !input.asSent ? {} : soundValue(document.value, input);
  if (!isJsonObject(value) && input.asSent) {
    const into = 'Go value of type map[string]interface {}';
    throw undecodable(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${describe(value)} into ${into}`,
    );
  }
  if (!isJsonObject(value))
    throw unrecognized(input, `json: cannot unmarshal ${describe(value)} into Go value of type v1.${input.kind.kind}`);
  if (input.asSent) checkAppliedVersion(value, input.kind);
  checkKind(value, input);
  const { typed, problems, unknown } = readTyped(value, input, document.duplicates);
  const [field] = unknown;
  if (input.asSent && field !== undefined) throw undeclared(value, input, field);
  if (problems.length > 0 && input.fieldValidation === 'Strict') {
    throw notHandled(input, getKind(value, input), strictDecodingError(problems));
  }
  return {
    object: complete(input.asSent ? value : typed, input.kind),
    warnings: input.fieldValidation === 'Warn' ? problems : [],
  };
}

/** `strict decoding error: unknown field "spec.foo", duplicate field "spec.bar"`. */
export function strictDecodingError(problems: readonly string[]): string {
  return `strict decoding error: ${problems.slice(0, 100).join(', ')}`;
}

/** `group/version`, or `version` alone for the core group. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

function readDocument(input: DecodeBodyInput): ParsedDocument {
  const format = bodyFormat(input.contentType);
  try {
    if (format !== 'protobuf') return parseText(input.bytes, format);
    const object = readProtobufObject(input.bytes, input.kind);
    if (object === undefined) throw unsupportedMediaType();
    return { value: object, duplicates: [] };
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    if (input.asSent) throw undecodable(error.message, error);
    throw unrecognized(input, `couldn't get version/kind; ${format} parse error: ${error.message}`, error);
  }
}

/** In JSON only an escape can make a text that is not sound; most bodies have none. */
function soundValue(value: JsonValue, input: DecodeBodyInput): JsonValue {
  if (bodyFormat(input.contentType) === 'json' && !input.bytes.includes('\\u')) return value;
  try {
    return withSoundText(value, input.keepsNul ?? false);
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw notHandled(input, isJsonObject(value) ? getKind(value, input) : input.kind.kind, error.message, error);
  }
}

function checkKind(object: JsonObject, input: DecodeBodyInput): void {
  const { kind } = input;
  for (const key of ['apiVersion', 'kind']) {
    const value = getOwn(object, key);
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw unrecognized(
        input,
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${describe(value)} into Go struct field .${key} of type string`,
      );
    }
  }
  const sentKind = getKind(object, input);
  const sentVersion = getOwn(object, 'apiVersion') || apiVersionOf(kind);
  if (sentVersion !== apiVersionOf(kind)) {
    throw new ApiError(
      'BadRequest',
      `the API version in the data (${sentVersion as string}) does not match the expected API version (${apiVersionOf(kind)})`,
    );
  }
  if (sentKind !== kind.kind) {
    const why = `converting (${kind.version}.${sentKind}) to (${kind.version}.${kind.kind}): unknown conversion`;
    throw notHandled(input, sentKind, why);
  }
}

/** Who applies has to say in which version his fields are. */
function checkAppliedVersion(object: JsonObject, kind: ExpectedKind): void {
  const version = getOwn(object, 'apiVersion') ?? '';
  if (version === apiVersionOf(kind) || typeof version !== 'string') return;
  throw new ApiError(
    'BadRequest',
    `Incorrect version specified in apply patch. Specified patch version: ${version}, expected: ${apiVersionOf(kind)}`,
  );
}

/** An applied body that is no object. */
function undecodable(why: string, cause?: unknown): ApiError {
  return new ApiError('BadRequest', `error decoding YAML: ${why}`, undefined, { cause });
}

function getKind(object: JsonObject, input: DecodeBodyInput): string {
  const kind = getOwn(object, 'kind');
  return typeof kind === 'string' && kind !== '' ? kind : input.kind.kind;
}

interface ReadObject {
  typed: JsonObject;
  /** Unknown and duplicate fields, in words. */
  problems: string[];
  unknown: string[];
}

function readTyped(object: JsonObject, input: DecodeBodyInput, duplicates: readonly string[]): ReadObject {
  try {
    const { value, unknown: paths } = readAs(object, namedShape(input.schema, input.schemas), input.schemas);
    const unknown = paths.filter((path) => path !== 'apiVersion' && path !== 'kind');
    return { typed: isJsonObject(value) ? value : {}, problems: fieldProblems(unknown, duplicates), unknown };
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw notHandled(input, getKind(object, input), error.message, error);
  }
}

/** Unknown and duplicate fields in the words of strict decoding. */
function fieldProblems(unknown: readonly string[], duplicates: readonly string[]): string[] {
  const inUnknown = (path: string) =>
    unknown.some((field) => path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  return [
    ...unknown.map((path) => `unknown field "${path}"`),
    ...[...new Set(duplicates)].filter((path) => !inUnknown(path)).map((path) => `duplicate field "${path}"`),
  ];
}

function complete(typed: JsonObject, kind: ExpectedKind): KubeObject {
  const object: JsonObject = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: {} };
  for (const key of Object.keys(typed)) {
    if (key !== 'kind' && key !== 'apiVersion') setOwn(object, key, typed[key] ?? null);
  }
  if (!isJsonObject(object['metadata'])) object['metadata'] = {};
  return object as unknown as KubeObject;
}

/** The answer to an applied field that the schema does not have: nobody could own it. */
function undeclared(object: JsonObject, { kind }: DecodeBodyInput, field: string): ApiError {
  const metadata = getOwn(object, 'metadata');
  const { namespace, name } = (isJsonObject(metadata) ? metadata : {}) as { namespace?: unknown; name?: unknown };
  const about = `${typeof namespace === 'string' ? namespace : ''}/${typeof name === 'string' ? name : ''}`;
  const path = field.startsWith('[') ? field : `.${field}`;
  return new ApiError(
    'BadRequest',
    `failed to create typed patch object (${about}; ${apiVersionOf(kind)}, Kind=${kind.kind}): ${path}: field not declared in schema`,
  );
}

function notHandled(input: DecodeBodyInput, sentKind: string, why: string, cause?: unknown): ApiError {
  const message = `${sentKind} in version "${input.kind.version}" cannot be handled as a ${input.kind.kind}: ${why}`;
  return new ApiError('BadRequest', message, undefined, { cause });
}

function unrecognized(input: DecodeBodyInput, why: string, cause?: unknown): ApiError {
  const message = `the object provided is unrecognized (must be of type ${input.kind.kind}): ${why} (${summary(input.bytes)})`;
  return new ApiError('BadRequest', message, undefined, { cause });
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The first bytes of a body, readable where it looks like JSON: never all of it, it may hold a secret. */
function summary(bytes: Buffer): string {
  const length = 30;
  if (bytes.length === 0) return '<empty>';
  const shown = bytes.subarray(0, length).toString(bytes[0] === 0x7b ? 'utf8' : 'hex');
  return bytes.length > length ? `${shown} ...` : shown;
}
