import type { AnswerOf, AuthorizeLogin } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { readAuthorizeRequest, redirectWith, type AuthorizeRequest, type Refused } from './authorize-request.js';
import { isOwnForm, newFormToken } from './form-guard.js';
import { Logins } from './logins.js';
import { redirect, sendJson, sendText, type OAuthExchange } from './oauth-exchange.js';
import { loginPage, messagePage, sendPage } from './pages.js';
import { readBasic, readForm } from './read-form.js';

const CHALLENGE = { 'www-authenticate': 'Basic realm="openshift"' };
/** Without this header a browser would show its password dialog for a page of somebody else. */
const NO_CHALLENGE = {
  warning: '199 FaktorZ "no password is asked for here without a non-empty X-CSRF-Token header"',
};
const PURPOSE = 'A command line on your computer asks for access in your name.';

type Login = AnswerOf<typeof AuthorizeLogin>;

/** `/oauth/authorize`: who is it? Command lines answer a Basic challenge, people fill in a form. */
@Injectable()
export class AuthorizeEndpoint {
  constructor(private readonly logins: Logins) {}

  async answer(exchange: OAuthExchange): Promise<void> {
    const { query, issuer } = exchange;
    const asked = readAuthorizeRequest(query, issuer);
    if ('problem' in asked) return tellUser(exchange, asked.problem);
    if ('error' in asked) return tellClient(exchange, asked);
    if (asked.client.isChallenged) return this.challenge(exchange, asked);
    return exchange.method === 'POST' ? this.takeForm(exchange, asked) : this.showForm(exchange, asked, 200);
  }

  private async challenge(exchange: OAuthExchange, asked: AuthorizeRequest): Promise<void> {
    const { request, response } = exchange;
    if (!request.headers['x-csrf-token']) return sendText(response, 401, 'Unauthorized\n', NO_CHALLENGE);
    const credentials = readBasic(request.headers.authorization);
    if (!credentials) return sendText(response, 401, 'Unauthorized\n', CHALLENGE);
    const login = await this.logIn(exchange, asked, credentials);
    if (login.retryAfterSeconds !== undefined)
      return sendText(response, 429, `too many failed logins: wait ${login.retryAfterSeconds} s\n`, {
        'retry-after': String(login.retryAfterSeconds),
      });
    if (!this.finish(exchange, asked, login)) sendText(response, 401, 'Unauthorized\n', CHALLENGE);
  }

  private async takeForm(exchange: OAuthExchange, asked: AuthorizeRequest): Promise<void> {
    const { request, issuer } = exchange;
    const form = await readForm(request);
    if (!isOwnForm(request, form, issuer)) {
      this.logins.refused('login', exchange, 403, 'not our own form');
      return this.showForm(exchange, asked, 403, 'This form was too old. Please try again.');
    }
    const username = form.get('username') ?? '';
    const login = await this.logIn(exchange, asked, { username, password: form.get('password') ?? '' });
    if (this.finish(exchange, asked, login)) return;
    const { retryAfterSeconds: wait } = login;
    if (wait !== undefined)
      return this.showForm(exchange, asked, 429, `Too many failed logins. Please wait ${wait} seconds.`, username);
    this.showForm(exchange, asked, 401, 'User name and password do not match.', username);
  }

  private logIn(
    { address, request }: OAuthExchange,
    { client, scopes, responseType, redirectUri, challenge }: AuthorizeRequest,
    credentials: { username: string; password: string },
  ): Promise<Login> {
    const gives =
      responseType === 'code' ? { what: 'code' as const, redirectUri, challenge } : { what: 'token' as const };
    return this.logins.authorize(
      { ...credentials, address, clientId: client.id, scopes, gives },
      request.headers['user-agent'] ?? '',
    );
  }

  /** Sends the client on its way; false if the login was refused. */
  private finish(exchange: OAuthExchange, asked: AuthorizeRequest, login: Login): boolean {
    const { redirectUri, state } = asked;
    const { code, token, badScope } = login;
    if (badScope !== undefined)
      tellClient(exchange, {
        redirectUri,
        state,
        error: 'invalid_scope',
        description: 'one of the scopes is not known',
      });
    else if (code !== undefined) redirect(exchange.response, redirectWith(redirectUri, { code, state }));
    else if (token !== undefined)
      redirect(
        exchange.response,
        redirectWith(
          redirectUri,
          {
            access_token: token.accessToken,
            expires_in: String(token.expiresInSeconds),
            scope: token.scope,
            state,
            token_type: 'Bearer',
          },
          'fragment',
        ),
      );
    return code !== undefined || token !== undefined || badScope !== undefined;
  }

  private showForm(
    { response, query }: OAuthExchange,
    { redirectUri }: AuthorizeRequest,
    code: number,
    problem?: string,
    username?: string,
  ): void {
    const { token, setCookie } = newFormToken();
    const action = `/oauth/authorize?${query.toString()}`;
    const html = loginPage({ action, formToken: token, purpose: PURPOSE, problem, username });
    sendPage(response, code, html, { 'set-cookie': setCookie }, redirectUri);
  }
}

/** The client cannot be told what is wrong with its request: it may be anybody's. In a browser people read it. */
function tellUser({ request, response }: OAuthExchange, problem: string): void {
  if (!request.headers.accept?.includes('text/html'))
    return sendJson(response, 400, { error: 'invalid_request', error_description: problem });
  sendPage(response, 400, messagePage('This login cannot go on', `What asked for it made a mistake: ${problem}.`));
}

function tellClient({ response }: OAuthExchange, { redirectUri, state, error, description }: Refused): void {
  redirect(response, redirectWith(redirectUri, { error, error_description: description, state }));
}
