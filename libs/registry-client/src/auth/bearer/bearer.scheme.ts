import { MalformedAnswer, RateLimited, UnauthorizedByRegistry, UnexpectedAnswer } from '../../errors.js';
import { errorDetail } from '../../transport/error-detail.js';
import { readRateLimit, readRetryAfterMs } from '../../transport/rate-limit.js';
import type { AuthContext, AuthScheme, TokenRequest } from '../auth-scheme.js';
import { basicHeader } from '../basic/basic-header.js';
import type { Challenge } from '../challenge.js';
import { readToken } from './token-answer.js';

/** Tokens from a token server (https://distribution.github.io/distribution/spec/auth/token/). */
export const bearerScheme: AuthScheme = {
  name: 'bearer',
  accepts: (challenge) => challenge.scheme === 'bearer' && challenge.parameters.realm !== undefined,
  async authorize(challenge, context) {
    const realm = realmOf(challenge, context);
    const credential = context.credentialForRealm(realm);
    const mayShow = realm.protocol === 'https:' || context.insecure || context.url.protocol === 'http:';
    if (credential && !mayShow)
      throw new MalformedAnswer(
        context.url.origin,
        `the token server ${realm.origin} would get the password over plain HTTP`,
      );
    const request = credential?.identityToken
      ? refreshRequest(realm, challenge, context, credential.identityToken)
      : plainRequest(realm, challenge, context);
    const answer = await context.askTokenServer(request);
    const where = realm.origin + realm.pathname;
    if (answer.status === 401 || answer.status === 403) {
      throw new UnauthorizedByRegistry(where, answer.status, !credential, errorDetail(answer.body));
    }
    if (answer.status === 429) {
      const { headers = {}, body } = answer;
      throw new RateLimited(where, readRetryAfterMs(headers), readRateLimit(headers), errorDetail(body));
    }
    if (answer.status !== 200) throw new UnexpectedAnswer(where, answer.status, errorDetail(answer.body));
    return readToken(where, answer.body, Date.now());
  },
};

function realmOf(challenge: Challenge, { url }: AuthContext): URL {
  try {
    const realm = new URL(challenge.parameters.realm ?? '', url);
    if (realm.protocol !== 'https:' && realm.protocol !== 'http:') throw new TypeError('not http');
    if (realm.username || realm.password) throw new TypeError('credentials in it');
    return realm;
  } catch (cause) {
    throw new MalformedAnswer(url.origin + url.pathname, 'its challenge names a realm that is no http or https URL', {
      cause,
    });
  }
}

function plainRequest(realm: URL, challenge: Challenge, context: AuthContext): TokenRequest {
  const credential = context.credentialForRealm(realm);
  const url = new URL(realm);
  if (challenge.parameters.service) url.searchParams.set('service', challenge.parameters.service);
  if (context.scope) url.searchParams.append('scope', context.scope);
  if (credential?.username) url.searchParams.set('account', credential.username);
  return { url, headers: credential ? { authorization: basicHeader(credential) } : {} };
}

/** OAuth2 with a refresh token (https://distribution.github.io/distribution/spec/auth/oauth/). */
function refreshRequest(realm: URL, challenge: Challenge, context: AuthContext, refreshToken: string): TokenRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'faktorz' });
  if (challenge.parameters.service) form.set('service', challenge.parameters.service);
  if (context.scope) form.set('scope', context.scope);
  return { url: realm, headers: {}, form };
}
