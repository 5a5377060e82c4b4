import type { Identity } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { FULL_SCOPE } from '../access/token-scopes.js';
import { ServiceAccountTokens } from '../service-account/service-account-tokens.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { GroupIndex } from '../user/group-index.js';
import { TOKEN_GROUPS } from '../user/user.js';
import { accessTokenName } from './access-token.js';
import { hasExpired } from './user-token.js';

/** A token that is good. */
export interface ReviewedToken {
  identity: Identity;
  /** RFC 3339; absent for a token that does not end. */
  expiresAt?: string;
  /** Those asked for that it is meant for. */
  audiences: string[];
}

/** Three parts of base64url: everything else is looked up as an opaque token. */
const JWT_FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Finds out whose a token is. Opaque ones are looked up by their hash, so comparing takes no time that tells anything. */
@Injectable()
export class TokenReviewer {
  constructor(
    private readonly storages: AuthStorages,
    private readonly groups: GroupIndex,
    private readonly accounts: ServiceAccountTokens,
  ) {}

  /**
   * Undefined for a token that is unknown, forged, has ended or was revoked, whose user is gone, or that is meant for
   * none of `audiences` (default: this API).
   */
  async review(token: string, audiences: readonly string[] = []): Promise<ReviewedToken | undefined> {
    const wanted = audiences.length > 0 ? audiences : [this.accounts.defaultAudience];
    return JWT_FORM.test(token) ? this.accounts.verify(token, wanted) : this.reviewUserToken(token, wanted);
  }

  private async reviewUserToken(token: string, wanted: readonly string[]): Promise<ReviewedToken | undefined> {
    if (!wanted.includes(this.accounts.defaultAudience)) return undefined;
    const name = accessTokenName(token);
    const kept = name === undefined ? undefined : await this.storages.userTokens.get({ name });
    if (!kept || hasExpired(kept, new Date())) return undefined;
    const user = await this.storages.users.get({ name: kept.spec.user });
    if (!user || user.metadata.uid !== kept.status.userUID) return undefined;
    const groups = [...new Set([...(user.groups ?? []), ...this.groups.groupsOf(user.metadata.name), ...TOKEN_GROUPS])];
    return {
      identity: { user: user.metadata.name, uid: user.metadata.uid, groups, scopes: kept.spec.scopes ?? [FULL_SCOPE] },
      ...(kept.status.expiresAt && { expiresAt: kept.status.expiresAt }),
      audiences: [this.accounts.defaultAudience],
    };
  }
}
