import type { FieldError } from '../resource-definition.js';
import { ApiError, type StatusCause } from './api-error.js';
import { causesOf, fieldErrorsSentence } from './field-errors.js';

/** A resource as messages name it: `imagestreams.image.openshift.io`, in the core group just `secrets`. */
export function qualified(nameOfKind: string, group: string): string {
  return group === '' ? nameOfKind : `${nameOfKind}.${group}`;
}

/** 404: no object of this name. */
export function notFound(resource: string, group: string, name: string): ApiError {
  return new ApiError(
    'NotFound',
    `${qualified(resource, group)} ${quoted(name)} not found`,
    about(resource, group, name),
  );
}

/** 404: the path leads nowhere in a served group. */
export function unknownPath(): ApiError {
  return new ApiError('NotFound', 'the server could not find the requested resource', {});
}

/** 409: an object of this name is there already. */
export function alreadyExists(resource: string, group: string, name: string): ApiError {
  return new ApiError(
    'AlreadyExists',
    `${qualified(resource, group)} ${quoted(name)} already exists`,
    about(resource, group, name),
  );
}

/** What every Kubernetes client retries on: somebody else wrote in between. */
export const OBJECT_MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the object is not in the state the request takes for granted. */
export function conflict(
  resource: string,
  group: string,
  name: string,
  detail: string,
  causes?: StatusCause[],
): ApiError {
  return new ApiError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource, group)} ${quoted(name)}: ${detail}`,
    {
      ...about(resource, group, name),
      ...(causes ? { causes } : {}),
    },
  );
}

/** 422: the object's fields break rules; the kind (not the resource) is named. */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): ApiError {
  const head = `${qualified(kind, group)} ${quoted(name)} is invalid`;
  return new ApiError('Invalid', errors.length === 0 ? head : `${head}: ${fieldErrorsSentence(errors)}`, {
    ...about(kind, group, name),
    causes: causesOf(errors),
  });
}

/** 422: query parameters that break rules, as the options object Kubernetes reads them into. */
export function invalidOptions(kind: string, errors: readonly FieldError[]): ApiError {
  return invalid(kind, 'meta.k8s.io', '', errors);
}

/** 403, with the words of whoever refuses. */
export function forbidden(resource: string, group: string, name: string, detail: string): ApiError {
  const object = name === '' ? qualified(resource, group) : `${qualified(resource, group)} ${quoted(name)}`;
  return new ApiError('Forbidden', `${object} is forbidden: ${detail}`, about(resource, group, name));
}

/** 401. */
export function unauthorized(): ApiError {
  return new ApiError('Unauthorized', 'Unauthorized');
}

/** 400: the request itself cannot be understood. */
export function badRequest(message: string): ApiError {
  return new ApiError('BadRequest', message);
}

/** 405: the path is there for other methods. */
export function methodNotAllowed(): ApiError {
  return new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 405: this resource cannot be watched. */
export function watchNotSupported(resource: string, group: string): ApiError {
  return new ApiError(
    'MethodNotAllowed',
    `watch is not supported on resources of kind ${quoted(qualified(resource, group))}`,
    about(resource, group, ''),
  );
}

/** 406: none of the asked for representations exists. */
export function notAcceptable(available: readonly string[]): ApiError {
  return new ApiError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, {});
}

/** 415: the body is of a type nobody here reads. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  return new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

/** 413. */
export function tooLarge(limitBytes: number): ApiError {
  return new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
}

/** 410: the log no longer reaches back to the asked for version. */
export function expired(message: string): ApiError {
  return new ApiError('Expired', message);
}

/** 410: a watch or list asks for a version older than the log. */
export function tooOldVersion(asked: bigint, oldest: bigint): ApiError {
  return expired(`too old resource version: ${asked} (${oldest})`);
}

/** 504: the client has seen a version this server has not reached. */
export function tooLargeVersion(asked: bigint, current: bigint): ApiError {
  return new ApiError('Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** 504: the request took longer than it may. */
export function timedOut(): ApiError {
  return new ApiError('Timeout', 'Timeout: request did not complete within the allotted timeout', {});
}

/** 429, with the time after which trying again makes sense. */
export function tooManyRequests(message: string, retryAfterSeconds: number): ApiError {
  return new ApiError('TooManyRequests', message, { retryAfterSeconds });
}

/** 500: a failure that is not the caller's. */
export function internalError(message: string, options?: ErrorOptions): ApiError {
  return new ApiError(
    'InternalError',
    `Internal error occurred: ${message}`,
    { causes: [{ reason: '', message }] },
    options,
  );
}

function about(kind: string, group: string, name: string): { name?: string; group?: string; kind?: string } {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), ...(kind === '' ? {} : { kind }) };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
