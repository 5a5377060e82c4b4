import { AuthorizeLogin, RedeemCode, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { parseScope } from '../access/token-scopes.js';
import { answersChallenge } from './authorization-code.store.js';
import { LoginGrants } from './login-grants.js';
import { LoginThrottle } from './login-throttle.js';
import { PasswordCheck } from './password-check.js';

/** Logins, as the gateway's OAuth endpoints ask for them. */
@Injectable()
export class LoginRequests {
  constructor(
    private readonly passwords: PasswordCheck,
    private readonly grants: LoginGrants,
    private readonly throttle: LoginThrottle,
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
    if (gives.what === 'token')
      return { user, token: await this.grants.token({ user, userUid, clientId, scopes }, checked.passwordHash) };
    const { redirectUri, challenge } = gives;
    const grant = { user, userUid, clientId, scopes, redirectUri, challenge };
    return { user, code: await this.grants.code(grant, checked.passwordHash) };
  }

  @Answers(RedeemCode)
  async redeem(ask: AskOf<typeof RedeemCode>): Promise<AnswerOf<typeof RedeemCode>> {
    const tried = [{ what: 'code', value: ask.address }] as const;
    const wait = await this.throttle.begin(tried);
    if (wait > 0) return { retryAfterSeconds: wait };
    const redeemed = await this.grants.redeem(
      ask.code,
      ({ clientId, redirectUri, challenge }) =>
        clientId === ask.clientId && redirectUri === ask.redirectUri && answersChallenge(challenge, ask.verifier),
    );
    if (redeemed) await this.throttle.succeeded(tried);
    return redeemed ?? {};
  }
}
