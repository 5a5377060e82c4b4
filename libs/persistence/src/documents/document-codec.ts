import type { KubeObject } from '@faktorz/apimachinery';
import type { DocumentOptions } from './document.types.js';

/** JSON text of an object for the table; its resourceVersion is the row's position and not repeated in it. */
export async function encodeDocument<T extends KubeObject>(object: T, options: DocumentOptions<T>): Promise<string> {
  const { resourceVersion: _position, ...metadata } = object.metadata;
  const bare = { ...object, metadata };
  return JSON.stringify(options.cipher ? await options.cipher.seal(bare) : bare);
}

/** The object of a stored version, as of `position`. */
export async function decodeDocument<T extends KubeObject>(
  json: string,
  position: bigint | string,
  options: DocumentOptions<T>,
): Promise<T> {
  const stored = JSON.parse(json) as T;
  const object = options.cipher ? await options.cipher.open(stored) : stored;
  object.apiVersion ??= options.apiVersion;
  object.kind ??= options.kind;
  object.metadata.resourceVersion = String(position);
  return object;
}

/** Value of a field selector's path, as Kubernetes compares it: text, empty where there is none. */
export function fieldValue<T extends KubeObject>(object: T, path: string, options: DocumentOptions<T>): string {
  const own = options.fields?.[path];
  if (own) return own(object);
  let value: unknown = object;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Record<string, unknown>)[part];
  }
  return typeof value === 'object' || value === undefined ? '' : String(value);
}
