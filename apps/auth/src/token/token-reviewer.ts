import type { Identity } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { GroupIndex } from '../user/group-index.js';
import { TOKEN_GROUPS } from '../user/user.js';
import { accessTokenName } from './access-token.js';
import { FULL_SCOPE, hasExpired } from './user-token.js';

/** A token that is good. */
export interface ReviewedToken {
  identity: Identity;
  /** RFC 3339; absent for a token that does not end. */
  expiresAt?: string;
}

/** Finds out whose a token is. It is looked up by its hash, so comparing takes no time that tells anything. */
@Injectable()
export class TokenReviewer {
  constructor(
    private readonly storages: AuthStorages,
    private readonly groups: GroupIndex,
  ) {}

  /** Undefined for a token that is unknown, has ended or was revoked, or whose user is gone. */
  async review(token: string): Promise<ReviewedToken | undefined> {
    const name = accessTokenName(token);
    const kept = name === undefined ? undefined : await this.storages.userTokens.get({ name });
    if (!kept || hasExpired(kept, new Date())) return undefined;
    const user = await this.storages.users.get({ name: kept.spec.user });
    if (!user || user.metadata.uid !== kept.status.userUID) return undefined;
    const groups = [...new Set([...(user.groups ?? []), ...this.groups.groupsOf(user.metadata.name), ...TOKEN_GROUPS])];
    return {
      identity: { user: user.metadata.name, uid: user.metadata.uid, groups, scopes: kept.spec.scopes ?? [FULL_SCOPE] },
      ...(kept.status.expiresAt && { expiresAt: kept.status.expiresAt }),
    };
  }
}
