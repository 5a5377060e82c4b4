import { AuthorizeLogin, RedeemCode, type AnswerOf, type AskOf, type GrantedToken } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { parseScope } from '../access/token-scopes.js';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { newMetadata, nowInSeconds } from '../storage/new-object.js';
import { accessTokenName, newAccessToken } from '../token/access-token.js';
import { AUTH_GROUP } from '../token/user-token.js';
import { answersChallenge, AuthorizationCodeStore, type CodeGrant } from './authorization-code.store.js';
import { LoginThrottle } from './login-throttle.js';
import { PasswordCheck } from './password-check.js';

/** Logins, as the gateway's OAuth endpoints ask for them. */
@Injectable()
export class LoginRequests {
  constructor(
    private readonly passwords: PasswordCheck,
    private readonly codes: AuthorizationCodeStore,
    private readonly throttle: LoginThrottle,
    private readonly storages: AuthStorages,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  @Answers(AuthorizeLogin)
  async authorize(ask: AskOf<typeof AuthorizeLogin>): Promise<AnswerOf<typeof AuthorizeLogin>> {
    const badScope = ask.scopes.find((scope) => parseScope(scope) === undefined);
    if (badScope !== undefined) return { badScope };
    const checked = await this.passwords.check(ask.username, ask.password, ask.address);
    if (checked.outcome === 'wait') return { retryAfterSeconds: checked.seconds };
    if (checked.outcome === 'wrong') return { ...(checked.knownUser && { user: checked.knownUser }) };
    const { name: user, uid: userUid = '' } = checked.user.metadata;
    const { clientId, scopes, gives } = ask;
    if (gives.what === 'token') return { user, token: await this.grant({ user, userUid, clientId, scopes }) };
    const { redirectUri, challenge } = gives;
    return { user, code: await this.codes.issue({ user, userUid, clientId, scopes, redirectUri, challenge }) };
  }

  @Answers(RedeemCode)
  async redeem(ask: AskOf<typeof RedeemCode>): Promise<AnswerOf<typeof RedeemCode>> {
    const tried = [{ what: 'code', value: ask.address }] as const;
    const wait = await this.throttle.begin(tried);
    if (wait > 0) return { retryAfterSeconds: wait };
    const grant = await this.codes.take(ask.code);
    const isGood =
      grant !== undefined &&
      grant.clientId === ask.clientId &&
      grant.redirectUri === ask.redirectUri &&
      answersChallenge(grant.challenge, ask.verifier);
    if (!isGood) return {};
    const user = await this.storages.users.get({ name: grant.user });
    if (user?.metadata.uid !== grant.userUid) return {};
    await this.throttle.succeeded(tried);
    return { user: grant.user, token: await this.grant(grant) };
  }

  private async grant({
    user,
    userUid,
    clientId,
    scopes,
  }: Pick<CodeGrant, 'user' | 'userUid' | 'clientId' | 'scopes'>): Promise<GrantedToken> {
    const accessToken = newAccessToken();
    const expiresInSeconds = this.config.FAKTORZ_AUTH_LOGIN_LIFE_SECONDS;
    await this.storages.userTokens.create(
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
