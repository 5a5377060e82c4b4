/** The server could not be reached or not be trusted; the message is complete. */
export class ConnectionError extends Error {
  constructor(
    message: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  static from(error: NodeJS.ErrnoException, host: string): ConnectionError {
    const code = error.code ?? '';
    const message =
      code === 'ECONNREFUSED'
        ? `The connection to the server ${host} was refused - did you specify the right host or port?`
        : `Unable to connect to the server: ${describeConnectionFailure(error, host)}`;
    return new ConnectionError(message, code, { cause: error });
  }
}

/** What went wrong between us and a host, in the words of Go's net and tls packages. */
export function describeConnectionFailure({ code = '', message }: NodeJS.ErrnoException, host: string): string {
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`;
  if (code === 'ECONNREFUSED') return `dial tcp ${host}: connect: connection refused`;
  if (isPlainHttp(code)) return 'http: server gave HTTP response to HTTPS client';
  return TLS_WORDS[code] ?? message;
}

/** True where a TLS handshake was answered in plain HTTP. */
export function isPlainHttp(code: string): boolean {
  return code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG';
}

/** True where a certificate was offered that we cannot trust. */
export function isUntrusted(code: string): boolean {
  return code in TLS_WORDS;
}

const UNTRUSTED = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
const TLS_WORDS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls: failed to verify certificate: x509: certificate is not valid for this host name',
};
