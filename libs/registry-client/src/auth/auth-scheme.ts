import type { Credential } from '../keyring/credential.js';
import type { Challenge } from './challenge.js';

/** What a scheme may use to answer a challenge. */
export interface AuthContext {
  /** The URL that was challenged, for errors. */
  url: URL;
  /** The credential that matches the image, if any. */
  credential: Credential | undefined;
  /** The credential for a token server: its own host's when that is another one and has a secret, else the image's. */
  credentialForRealm(realm: URL): Credential | undefined;
  /** What access is asked for, e.g. `repository:library/ruby:pull`; empty for none. */
  scope: string;
  /** May a secret travel over plain HTTP, or an unverified server have it? Only for registries marked insecure. */
  insecure: boolean;
  /** Sends a bounded request to a token server. */
  askTokenServer(request: TokenRequest): Promise<TokenAnswer>;
}

export interface TokenRequest {
  url: URL;
  headers: Record<string, string>;
  /** A form to POST; absent for GET. */
  form?: URLSearchParams;
}

export interface TokenAnswer {
  status: number;
  headers?: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** The value of an `Authorization` header and how long it may be used. */
export interface Authorization {
  /** Absent: send none. */
  header?: string;
  /** Milliseconds since 1970; absent: as long as the credential itself. */
  expiresAt?: number;
}

/** One way of answering a registry's challenge. Add a folder here and a line in `index.ts`. */
export interface AuthScheme {
  readonly name: string;
  accepts(challenge: Challenge): boolean;
  /** Throws `UnauthorizedByRegistry` when there is nothing to show or the token server refuses it. */
  authorize(challenge: Challenge, context: AuthContext): Promise<Authorization>;
}
