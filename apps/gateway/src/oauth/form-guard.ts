import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = '__Host-faktorz-form';

/**
 * Proves that a form was sent by the page we gave out: its hidden field must say what a cookie says, which no other
 * site can set or read. Nothing is kept, so any replica can answer.
 */
export function newFormToken(): { token: string; setCookie: string } {
  const token = randomBytes(24).toString('base64url');
  return { token, setCookie: `${COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600` };
}

export function isOwnForm(request: IncomingMessage, form: URLSearchParams, issuer: string): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && origin !== issuer) return false;
  const sent = form.get('form_token') ?? '';
  const kept = cookiesOf(request.headers.cookie).get(COOKIE) ?? '';
  const [left, right] = [Buffer.from(sent), Buffer.from(kept)];
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}

function cookiesOf(header = ''): ReadonlyMap<string, string> {
  const pairs = header.split(';').map((part): [string, string] => {
    const equals = part.indexOf('=');
    return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
  });
  return new Map(pairs);
}
