import type { RateLimit } from './transport/rate-limit.js';

/** Anything that can go wrong with an outside registry. Messages name the address and never a credential. */
export abstract class RegistryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The repository exists (as far as the registry tells) and has no such tag or digest. */
export class ManifestUnknown extends RegistryError {
  constructor(
    readonly repository: string,
    readonly reference: string,
    options?: ErrorOptions,
  ) {
    super(`${repository} has no manifest ${reference}`, options);
  }
}

/** The registry has no such repository. */
export class NameUnknown extends RegistryError {
  constructor(
    readonly repository: string,
    options?: ErrorOptions,
  ) {
    super(`there is no repository ${repository}`, options);
  }
}

/** The registry has no such blob. */
export class BlobUnknown extends RegistryError {
  constructor(
    readonly repository: string,
    readonly digest: string,
    options?: ErrorOptions,
  ) {
    super(`${repository} has no blob ${digest}`, options);
  }
}

/** The registry or its token server refused: credentials are missing, wrong or not enough. */
export class UnauthorizedByRegistry extends RegistryError {
  constructor(
    readonly url: string,
    /** HTTP status, 401 or 403. */
    readonly status: number,
    /** True when no credential was there to present. */
    readonly withoutCredentials: boolean,
    /** What the server said, if it said anything. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(
      `${url} answered ${status}${detail ? `: ${detail}` : ''}${withoutCredentials ? ' (no basic auth credentials)' : ''}`,
      options,
    );
  }
}

/** Something answers there, but not a registry of the distribution API v2. */
export class NotARegistry extends RegistryError {
  constructor(
    readonly endpoint: string,
    /** What it answered to `GET /v2/`. */
    readonly status: number,
  ) {
    super(`endpoint ${endpoint} does not support v2 API (got ${status})`);
  }
}

/** Content does not have the digest it was asked for or announced with. */
export class DigestMismatch extends RegistryError {
  constructor(
    readonly url: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`content integrity error: ${url} answered content of digest ${actual}, not ${expected}`);
  }
}

/** No answer came: refused, unknown host, TLS failure, reset, blocked by the outbound policy. */
export class RegistryUnreachable extends RegistryError {
  constructor(
    readonly url: string,
    /** Machine-readable cause such as `ECONNREFUSED`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server was too slow: to connect, to answer, between two pieces of the body, or altogether. */
export class RegistryTimeout extends RegistryError {
  constructor(
    readonly url: string,
    readonly phase: 'connect' | 'headers' | 'body' | 'total',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** 429: too many requests. */
export class RateLimited extends RegistryError {
  constructor(
    readonly url: string,
    /** When to come again, in milliseconds from now, if the registry said so. */
    readonly retryAfterMs: number | undefined,
    readonly rateLimit: RateLimit | undefined,
    readonly detail: string,
  ) {
    super(`${url} answered 429 Too Many Requests${detail ? `: ${detail}` : ''}`);
  }
}

/** The answer is larger than we are willing to read. */
export class TooLarge extends RegistryError {
  constructor(
    readonly url: string,
    readonly limitBytes: number,
  ) {
    super(`${url} answered more than ${limitBytes} bytes`);
  }
}

/** An answer that the distribution API does not provide for: a 5xx, an unexpected status, a redirect too many. */
export class UnexpectedAnswer extends RegistryError {
  constructor(
    readonly url: string,
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${url} answered ${status}${detail ? `: ${detail}` : ''}`);
  }
}

/** The answer is not what it says it is: bad JSON, no content type, a bad digest header, a body cut short. */
export class MalformedAnswer extends RegistryError {
  constructor(
    readonly url: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${url}: ${detail}`, options);
  }
}

/** The operator's policy lets nobody ask this registry. */
export class RegistryBlocked extends RegistryError {
  constructor(
    /** Host with optional port. */
    readonly registry: string,
  ) {
    super(`registry ${registry} blocked`);
  }
}

/** All mirrors of an image, and its source if that may be asked, failed. */
export class MirrorsFailed extends RegistryError {
  constructor(
    /** In the order in which they were asked. */
    readonly failures: readonly unknown[],
  ) {
    super(failures.length === 0 ? 'no mirror may be asked' : failures.map(messageOf).join(', '));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
