import { OutboundRefused } from '../outbound/outbound-policy.js';
import { RegistryError, RegistryTimeout, RegistryUnreachable } from '../errors.js';

/** Words for error codes of Node and undici, in the form Go clients use, so that operators find what they know from other tools. */
const WORDS_BY_CODE: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `dial tcp ${host}: connect: connection refused`,
  ENOTFOUND: (host) => `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`,
  EAI_AGAIN: (host) => `dial tcp: lookup ${host.replace(/:\d+$/, '')}: temporary failure in name resolution`,
  EHOSTUNREACH: (host) => `dial tcp ${host}: connect: no route to host`,
  ENETUNREACH: (host) => `dial tcp ${host}: connect: network is unreachable`,
  ECONNRESET: () => 'connection reset by peer',
  UND_ERR_SOCKET: () => 'the server closed the connection before it answered',
  ERR_SSL_WRONG_VERSION_NUMBER: () => 'http: server gave HTTP response to HTTPS client',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: () => 'http: server gave HTTP response to HTTPS client',
  SELF_SIGNED_CERT_IN_CHAIN: () => 'x509: certificate signed by unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: () => 'x509: certificate signed by unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => 'x509: certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => 'x509: certificate signed by unknown authority',
  CERT_HAS_EXPIRED: () => 'x509: certificate has expired',
  UND_ERR_HEADERS_OVERFLOW: () => 'the answer has too many headers',
};

const PHASE_BY_CODE: Readonly<Record<string, RegistryTimeout['phase']>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  ETIMEDOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'headers',
  UND_ERR_BODY_TIMEOUT: 'body',
};

/** Thrown through an AbortSignal when an operation's total time is over. */
export class TotalTimeOver extends Error {}

/** Makes a `RegistryError` of whatever a request threw; errors of the caller's own signal pass unchanged. */
export function registryFailure(error: unknown, method: string, url: URL): unknown {
  if (error instanceof RegistryError) return error;
  const asked = `${method === 'GET' ? 'Get' : method === 'HEAD' ? 'Head' : method} "${url.origin}${url.pathname}"`;
  const address = `${url.origin}${url.pathname}`;
  if (error instanceof TotalTimeOver)
    return new RegistryTimeout(address, 'total', `${asked}: ${error.message}`, { cause: error });
  const root = rootCause(error);
  if (root instanceof OutboundRefused)
    return new RegistryUnreachable(address, 'REFUSED', `${asked}: ${root.message}`, { cause: error });
  const code = codeOf(root);
  const phase = PHASE_BY_CODE[code];
  if (phase)
    return new RegistryTimeout(address, phase, `${asked}: the server at ${url.host} is too slow (${phase} timeout)`, {
      cause: error,
    });
  if ((error as Error | undefined)?.name === 'AbortError') return error;
  const words = WORDS_BY_CODE[code]?.(hostWithPort(url)) ?? (root instanceof Error ? root.message : String(root));
  return new RegistryUnreachable(address, code, `${asked}: ${words}`, { cause: error });
}

function hostWithPort(url: URL): string {
  return url.port ? url.host : `${url.host}:${url.protocol === 'https:' ? 443 : 80}`;
}

/** Happy-eyeballs failures come as AggregateError of one error per address. */
function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  if (error instanceof Error && codeOf(error) === '' && error.cause) return rootCause(error.cause);
  return error;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
