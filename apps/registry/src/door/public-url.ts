import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

const HOST = /^[a-zA-Z0-9.:[\]_-]{1,300}$/;

/** The registry's address as this client knows it, e.g. `http://127.0.0.1:5000`; empty when the client said none. */
export function publicUrlOf(request: IncomingMessage): string {
  const host = firstOf(request.headers['x-forwarded-host']) ?? request.headers.host;
  if (host === undefined || !HOST.test(host)) return '';
  const said = firstOf(request.headers['x-forwarded-proto']);
  const isTls = (request.socket as Partial<TLSSocket>).encrypted === true;
  const scheme = said === 'http' || said === 'https' ? said : isTls ? 'https' : 'http';
  return `${scheme}://${host}`;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',')[0]?.trim() || undefined;
}
