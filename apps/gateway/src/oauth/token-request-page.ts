import { Injectable } from '@nestjs/common';
import { isOwnForm, newFormToken } from './form-guard.js';
import { Logins } from './logins.js';
import { PAGE_CLIENT } from './oauth-clients.js';
import type { OAuthExchange } from './oauth-exchange.js';
import { loginPage, sendPage, tokenPage } from './pages.js';
import { readForm } from './read-form.js';

const PATH = '/oauth/token/request';
const PURPOSE = 'You get a token, with which you log in on a command line.';

/** `/oauth/token/request`: people log in and are shown a token to copy. */
@Injectable()
export class TokenRequestPage {
  constructor(private readonly logins: Logins) {}

  async answer(exchange: OAuthExchange): Promise<void> {
    if (exchange.method !== 'POST') return this.show(exchange, 200);
    const { request, response, issuer, address } = exchange;
    const form = await readForm(request);
    if (!isOwnForm(request, form, issuer)) {
      this.logins.refused('login', exchange, 403, 'not our own form');
      return this.show(exchange, 403, 'This form was too old. Please try again.');
    }
    const username = form.get('username') ?? '';
    const { token, retryAfterSeconds: wait } = await this.logins.authorize(
      {
        username,
        password: form.get('password') ?? '',
        address,
        clientId: PAGE_CLIENT,
        scopes: ['user:full'],
        gives: { what: 'token' },
      },
      request.headers['user-agent'] ?? '',
    );
    if (token)
      return sendPage(response, 200, tokenPage(token.accessToken, issuer, Math.round(token.expiresInSeconds / 3600)));
    if (wait !== undefined)
      return this.show(exchange, 429, `Too many failed logins. Please wait ${wait} seconds.`, username);
    this.show(exchange, 401, 'User name and password do not match.', username);
  }

  private show({ response }: OAuthExchange, code: number, problem?: string, username?: string): void {
    const { token, setCookie } = newFormToken();
    const html = loginPage({ action: PATH, formToken: token, purpose: PURPOSE, problem, username });
    sendPage(response, code, html, { 'set-cookie': setCookie });
  }
}
