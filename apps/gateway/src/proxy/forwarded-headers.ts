import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** They concern one connection only, never the message (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Credentials end at this door, and the owner's own connection says the rest. */
const NEVER_FORWARDED = new Set(['authorization', 'cookie', 'host', 'expect', 'forwarded', 'http2-settings']);
/** Header names by which somebody outside could pretend to be somebody else. */
const SPEAKS_FOR_OTHERS = /^(?:x-faktorz-|x-remote-|x-forwarded-|impersonate-)/;

/** What of a client's header goes on to the owner: `[name, value, name, value, …]`. */
export function requestHeaders(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const named = namedByConnection(connection);
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (HOP_BY_HOP.has(name) || NEVER_FORWARDED.has(name) || SPEAKS_FOR_OTHERS.test(name) || named?.has(name)) continue;
    kept.push(name, rawHeaders[i + 1]!);
  }
  return kept;
}

/** What of the owner's header goes back to the client. */
export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = namedByConnection(headers.connection);
  const kept: OutgoingHttpHeaders = { 'x-content-type-options': 'nosniff' };
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || name.startsWith('x-faktorz-') || named?.has(name)) continue;
    kept[name] = headers[name];
  }
  return kept;
}

function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
