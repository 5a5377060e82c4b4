import type { GrantedToken } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { PasswordStore } from '../password/password.store.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { newMetadata, nowInSeconds } from '../storage/new-object.js';
import { accessTokenName, newAccessToken } from '../token/access-token.js';
import { endTokenIn } from '../token/end-token.js';
import { AUTH_GROUP } from '../token/user-token.js';
import { AuthorizationCodeStore, type CodeGrant } from './authorization-code.store.js';

/** Who logged in, for which client, and with which scopes. */
type TokenGrant = Pick<CodeGrant, 'user' | 'userUid' | 'clientId' | 'scopes'>;

/**
 * Gives out codes and tokens. Each comes into being in one transaction with a look at what it rests on, a password or a
 * code: a change of the password ends either the login that came before it, or refuses the one that comes after.
 */
@Injectable()
export class LoginGrants {
  constructor(
    private readonly log: ChangeLog,
    private readonly passwords: PasswordStore,
    private readonly codes: AuthorizationCodeStore,
    private readonly storages: AuthStorages,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Undefined when the password (`passwordHash`, if it is kept here) has been changed since it was checked. */
  async code(grant: CodeGrant, passwordHash: string | undefined): Promise<string | undefined> {
    return this.log.transaction(async (tx) =>
      (await this.isStill(tx, grant.userUid, passwordHash)) ? this.codes.issueIn(tx, grant) : undefined,
    );
  }

  /** Undefined as for `code`. */
  async token(grant: TokenGrant, passwordHash: string | undefined): Promise<GrantedToken | undefined> {
    return this.log.transaction(async (tx) =>
      (await this.isStill(tx, grant.userUid, passwordHash)) ? this.tokenIn(tx, grant) : undefined,
    );
  }

  /**
   * Trades a code for a token; undefined for a code that is not good. One that was redeemed before has been seen by
   * somebody else: what was given for it ends (RFC 6749 §4.1.2).
   */
  async redeem(
    code: string,
    isGood: (grant: CodeGrant) => boolean,
  ): Promise<{ user: string; token: GrantedToken } | undefined> {
    return this.log.transaction(async (tx) => {
      const { grant, redeemedFor } = await this.codes.spendIn(tx, code);
      if (redeemedFor !== undefined) await endTokenIn(tx, this.storages, redeemedFor);
      if (!grant || !isGood(grant)) return undefined;
      const user = await this.storages.users.getIn(tx, { name: grant.user });
      if (user?.metadata.uid !== grant.userUid) return undefined;
      const token = await this.tokenIn(tx, grant);
      await this.codes.noteTokenIn(tx, code, accessTokenName(token.accessToken)!);
      return { user: grant.user, token };
    });
  }

  private async isStill(tx: ChangeTransaction, userUid: string, passwordHash: string | undefined): Promise<boolean> {
    return passwordHash === undefined || (await this.passwords.holdIn(tx, userUid)) === passwordHash;
  }

  private async tokenIn(tx: ChangeTransaction, { user, userUid, clientId, scopes }: TokenGrant): Promise<GrantedToken> {
    const accessToken = newAccessToken();
    const expiresInSeconds = this.config.FAKTORZ_AUTH_LOGIN_LIFE_SECONDS;
    await this.storages.userTokens.createIn(
      tx,
      {
        kind: 'UserToken',
        apiVersion: `${AUTH_GROUP}/v1`,
        metadata: newMetadata({ name: accessTokenName(accessToken)! }),
        spec: { user, expiresInSeconds, scopes, clientName: clientId, description: 'made by a login' },
        status: { userUID: userUid, expiresAt: nowInSeconds(new Date(Date.now() + expiresInSeconds * 1000)) },
      },
      { user, requestId: 'login' },
    );
    return { accessToken, expiresInSeconds, scope: scopes.join(' ') };
  }
}
