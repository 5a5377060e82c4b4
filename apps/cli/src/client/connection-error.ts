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
    if (code === 'ECONNREFUSED') {
      return new ConnectionError(
        `The connection to the server ${host} was refused - did you specify the right host or port?`,
        code,
        { cause: error },
      );
    }
    const detail =
      TLS_WORDS[code] ??
      (code === 'ENOTFOUND' ? `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host` : error.message);
    return new ConnectionError(`Unable to connect to the server: ${detail}`, code, { cause: error });
  }
}

const UNTRUSTED = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
const TLS_WORDS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls: failed to verify certificate: x509: certificate is not valid for this host name',
  EPROTO: 'http: server gave HTTP response to HTTPS client',
};
