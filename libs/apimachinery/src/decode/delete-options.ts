import type { DeleteOptions } from '../resource-definition.js';
import { ApiError } from '../status/api-error.js';
import { supportedValues } from '../status/field-errors.js';
import { bodyFormat, parseText } from './body-format.js';
import { DecodingError } from './decoding-error.js';
import { getOwn, isJsonObject, type JsonObject, type JsonValue } from './json-value.js';
import { readProtobufObject } from './protobuf/envelope.js';

/** What a DELETE's body may ask for: `DeleteOptions` and `dryRun`. */
export type DecodedDeleteOptions = DeleteOptions & { dryRun?: string[] };

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];
/** As Kubernetes lists them: an absent policy has a name too. */
const SUPPORTED_POLICIES = [...POLICIES, 'nil'];

/**
 * Reads the body of a DELETE: nothing, or DeleteOptions of any API group (typed clients send the resource's own), in
 * JSON, YAML or protobuf.
 * @throws ApiError 400 BadRequest (unreadable, another kind, wrong types), 415, 422 Invalid (unknown propagation policy)
 */
export function decodeDeleteOptions(bytes: Buffer, contentType: string): DecodedDeleteOptions {
  if (bytes.length === 0) return {};
  const body = readBody(bytes, contentType);
  const kind = getOwn(body, 'kind');
  if (kind !== undefined && kind !== '' && kind !== null && kind !== 'DeleteOptions') {
    throw new ApiError(
      'BadRequest',
      `decoded object cannot be converted to DeleteOptions: it is of kind ${JSON.stringify(kind)}`,
    );
  }
  return definedOnly({
    gracePeriodSeconds: optional(body, 'gracePeriodSeconds', 'number', 'int64'),
    propagationPolicy: propagationPolicy(body),
    preconditions: preconditions(body),
    dryRun: dryRun(body),
  });
}

function readBody(bytes: Buffer, contentType: string): JsonObject {
  const format = bodyFormat(contentType);
  try {
    const value =
      format === 'protobuf'
        ? readProtobufObject(bytes, { group: 'meta.k8s.io', version: 'v1', kind: 'DeleteOptions' })
        : parseText(bytes, format).value;
    if (value === null) return {};
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw new ApiError(
      'BadRequest',
      `couldn't read DeleteOptions; ${format} parse error: ${error.message}`,
      undefined,
      { cause: error },
    );
  }
  throw new ApiError('BadRequest', 'the body of a DELETE has to be a DeleteOptions object');
}

function propagationPolicy(body: JsonObject): DeleteOptions['propagationPolicy'] {
  const policy = optional<string>(body, 'propagationPolicy', 'string', 'v1.DeletionPropagation');
  const orphan = optional<boolean>(body, 'orphanDependents', 'boolean', 'bool');
  if (policy !== undefined && orphan !== undefined) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    throw invalid('propagationPolicy', `Invalid value: ${JSON.stringify(policy)}: ${detail}`);
  }
  if (policy === undefined || policy === '') return orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background';
  if (!POLICIES.includes(policy)) {
    throw invalid(
      'propagationPolicy',
      `Unsupported value: ${JSON.stringify(policy)}: ${supportedValues(SUPPORTED_POLICIES)}`,
    );
  }
  return policy as DeleteOptions['propagationPolicy'];
}

function preconditions(body: JsonObject): DeleteOptions['preconditions'] {
  const value = getOwn(body, 'preconditions');
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw wrongType(value, 'preconditions', 'v1.Preconditions');
  return definedOnly({
    uid: optional<string>(value, 'uid', 'string', 'types.UID'),
    resourceVersion: optional<string>(value, 'resourceVersion', 'string', 'string'),
  });
}

function dryRun(body: JsonObject): string[] | undefined {
  const value = getOwn(body, 'dryRun');
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw wrongType(value, 'dryRun', '[]string');
  if (value.some((item) => item !== 'All'))
    throw invalid('dryRun', `Unsupported value: ${JSON.stringify(value)}: supported values: "All"`);
  return value as string[];
}

function optional<T extends string | number | boolean>(
  body: JsonObject,
  key: string,
  type: 'string' | 'number' | 'boolean',
  goType: string,
): T | undefined {
  const value = getOwn(body, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type || (type === 'number' && !Number.isInteger(value))) throw wrongType(value, key, goType);
  return value as T;
}

function wrongType(value: JsonValue, field: string, goType: string): ApiError {
  const what = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new ApiError(
    'BadRequest',
    `json: cannot unmarshal ${what} into Go struct field DeleteOptions.${field} of type ${goType}`,
  );
}

function invalid(field: string, detail: string): ApiError {
  return new ApiError('Invalid', `DeleteOptions.meta.k8s.io "" is invalid: ${field}: ${detail}`, {
    group: 'meta.k8s.io',
    kind: 'DeleteOptions',
    causes: [
      {
        reason: detail.startsWith('Unsupported') ? 'FieldValueNotSupported' : 'FieldValueInvalid',
        message: detail,
        field,
      },
    ],
  });
}

function definedOnly<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
