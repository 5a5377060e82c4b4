import { ApiError } from '@faktorz/apimachinery';
import type { IncomingMessage } from 'node:http';

const LARGEST_FORM_BYTES = 16 * 1024;

/** A body of type `application/x-www-form-urlencoded`. Throws for any other, and for one that is too large. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new ApiError('UnsupportedMediaType', 'the body must be application/x-www-form-urlencoded');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > LARGEST_FORM_BYTES) throw new ApiError('RequestEntityTooLarge', 'the form is too large');
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** The first of these parameters that came more than once, which RFC 6749 (§3.1, §3.2) forbids. */
export function givenTwice(parameters: URLSearchParams, names: readonly string[]): string | undefined {
  return names.find((name) => parameters.getAll(name).length > 1);
}

/** Name and password of `Authorization: Basic`; undefined when there is none, or none that can be read. */
export function readBasic(authorization: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
