import { ApiError } from '../status/api-error.js';
import { DecodingError } from './decoding-error.js';
import { parseJson, type ParsedDocument } from './parse-json.js';
import { parseYaml } from './parse-yaml.js';

/** Notations a request body may have. */
export type BodyFormat = 'json' | 'yaml' | 'protobuf';

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'text/json': 'json',
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
};

/** Of no type, a body is JSON. @throws ApiError UnsupportedMediaType (415) for a content type that no object can come in. */
export function bodyFormat(contentType: string): BodyFormat {
  if (contentType.trim() === '') return 'json';
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const format = Object.hasOwn(FORMATS, mediaType) ? FORMATS[mediaType] : undefined;
  if (format === undefined) throw unsupportedMediaType();
  return format;
}

/** The answer to a body in a notation this API, or this kind, does not read. */
export function unsupportedMediaType(): ApiError {
  const accepted = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws DecodingError for bytes that are not UTF-8 or not in the notation. */
export function parseText(bytes: Uint8Array, format: 'json' | 'yaml'): ParsedDocument {
  const text = utf8(bytes);
  return format === 'json' ? parseJson(text) : parseYaml(text);
}

function utf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    throw new DecodingError('the body is not valid UTF-8', { cause: error });
  }
}
