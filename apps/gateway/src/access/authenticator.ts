import { ANONYMOUS, TokenReviews } from '@faktorz/access';
import { ApiError } from '@faktorz/apimachinery';
import type { Identity } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';

const BEARER = /^Bearer +([^\s]+) *$/i;

/** Finds out who presents a bearer token. */
@Injectable()
export class Authenticator {
  constructor(private readonly tokens: TokenReviews) {}

  /** Throws `Unauthorized` for a credential that is not good, whatever is wrong with it. */
  async authenticate(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined) return ANONYMOUS;
    const token = BEARER.exec(authorization)?.[1];
    const identity = token === undefined ? undefined : await this.tokens.identityOf(token);
    if (identity === undefined) throw new ApiError('Unauthorized', 'Unauthorized');
    return identity;
  }
}
