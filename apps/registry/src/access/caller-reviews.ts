import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ANONYMOUS, TokenReviews } from '@faktorz/access';
import { Injectable } from '@nestjs/common';
import { OciError } from '../oci/oci-error.js';
import { FailedCredentials } from './failed-credentials.js';
import type { Caller } from './registry-access.js';

/** Tokens that were good lately need not wait for those who guess from the same address. */
const GOOD_TOKENS_KEPT = 10_000;
const NOBODY: Caller = { identity: ANONYMOUS, isAnonymous: true };

/** Finds out who holds a token, and slows down those who guess. */
@Injectable()
export class CallerReviews {
  /** Hashes, those used last at the end. */
  private readonly good = new Set<string>();

  constructor(
    private readonly tokens: TokenReviews,
    private readonly failures: FailedCredentials,
  ) {}

  get nobody(): Caller {
    return NOBODY;
  }

  /** Undefined for a token that is no good. Throws TOOMANYREQUESTS, or as auth's answer fails. */
  async callerWith(token: string, request: IncomingMessage): Promise<Caller | undefined> {
    const known = this.tokens.recentIdentityOf(token);
    if (known) return { identity: known, isAnonymous: false };
    const address = request.socket.remoteAddress ?? '';
    const hash = createHash('sha256').update(token).digest('base64');
    const waitSeconds = this.good.has(hash) ? 0 : this.failures.waitSeconds(address);
    if (waitSeconds > 0) throw tooMany(waitSeconds);
    const identity = await this.tokens.identityOf(token);
    this.good.delete(hash);
    if (!identity) {
      this.failures.failed(address);
      return undefined;
    }
    this.failures.succeeded(address);
    this.remember(hash);
    return { identity, isAnonymous: false };
  }

  private remember(hash: string): void {
    this.good.add(hash);
    const oldest = this.good.size > GOOD_TOKENS_KEPT ? this.good.values().next().value : undefined;
    if (oldest !== undefined) this.good.delete(oldest);
  }
}

function tooMany(waitSeconds: number): OciError {
  return new OciError('TOOMANYREQUESTS', 'too many credentials that are not good', {
    headers: { 'Retry-After': String(waitSeconds) },
  });
}
