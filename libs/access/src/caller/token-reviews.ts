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
const LONGEST_TOKEN = 16 * 1024;

type Review = AnswerOf<typeof ReviewToken>;

/** Finds out whose a token is, by asking auth at most about once a second for each. */
@Injectable()
export class TokenReviews {
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

  /** Undefined for a token that is not good, whatever is wrong with it. Tokens are known by their hash alone. */
  async identityOf(token: string): Promise<Identity | undefined> {
    if (token === '' || token.length > LONGEST_TOKEN) return undefined;
    const id = idOf(token);
    return (this.reviews.peek(id, token) ?? (await this.reviews.get(id, token))).identity;
  }

  /** As `identityOf`, without asking: undefined, too, for a token nobody has shown within the last second. */
  recentIdentityOf(token: string): Identity | undefined {
    return token.length > LONGEST_TOKEN ? undefined : this.reviews.peek(idOf(token), token)?.identity;
  }

  forget(): void {
    this.reviews.clear();
  }
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
