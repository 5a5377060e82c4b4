import { ApiError } from '@faktorz/apimachinery';
import { ReviewToken, type AnswerOf, type Identity } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { TimedCache } from './timed-cache.js';

/** Whoever shows no credential. */
export const ANONYMOUS: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] };

/** A revoked token is refused everywhere within this time. */
const BELIEVED_FOR_MS = 1000;
const REFRESH_AFTER_MS = 500;
const TOKENS_KEPT = 10_000;
const ASK_TIMEOUT_MS = 3000;
const BEARER = /^Bearer +([^\s]+) *$/i;
const LONGEST_TOKEN = 16 * 1024;

type Review = AnswerOf<typeof ReviewToken>;

/** Finds out who presents a bearer token, by asking auth at most about once a second for each. */
@Injectable()
export class Authenticator {
  private readonly reviews: TimedCache<string, Review>;

  constructor(requests: Requests) {
    this.reviews = new TimedCache<string, Review>({
      maxAgeMs: BELIEVED_FOR_MS,
      refreshAfterMs: REFRESH_AFTER_MS,
      maxEntries: TOKENS_KEPT,
      load: (token) => requests.ask(ReviewToken, { token }, { timeoutMs: ASK_TIMEOUT_MS }),
      keeps: ({ identity, expiresAt }) =>
        identity !== undefined && (expiresAt === undefined || Date.parse(expiresAt) > Date.now() + BELIEVED_FOR_MS),
    });
  }

  /** Throws `Unauthorized` for a credential that is not good, whatever is wrong with it. */
  async authenticate(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined) return ANONYMOUS;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) throw unauthorized();
    const id = createHash('sha256').update(token).digest('base64');
    const { identity } = this.reviews.peek(id, token) ?? (await this.reviews.get(id, token));
    if (identity === undefined) throw unauthorized();
    return identity;
  }

  forget(): void {
    this.reviews.clear();
  }
}

function unauthorized(): ApiError {
  return new ApiError('Unauthorized', 'Unauthorized');
}
