import { ApiError } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import { Logins } from './logins.js';
import { findClient } from './oauth-clients.js';
import { sendJson, type OAuthExchange } from './oauth-exchange.js';
import { givenTwice, readBasic, readForm } from './read-form.js';

const SINGLE = ['grant_type', 'code', 'redirect_uri', 'client_id', 'code_verifier'];

/** `POST /oauth/token`: a code is traded for a token (RFC 6749 §4.1.3, RFC 7636 §4.5). */
@Injectable()
export class TokenEndpoint {
  constructor(private readonly logins: Logins) {}

  async answer(exchange: OAuthExchange): Promise<void> {
    const { request, response, address, issuer } = exchange;
    const refuse = (code: number, error: string, description: string, headers: Record<string, string> = {}): void =>
      sendJson(response, code, { error, error_description: description }, headers);
    const form = await readForm(request).catch(asRefusedForm);
    if (form instanceof ApiError) return refuse(form.code === 413 ? 413 : 400, 'invalid_request', form.message);
    const twice = givenTwice(form, SINGLE);
    if (twice) return refuse(400, 'invalid_request', `the parameter ${twice} was given more than once`);
    const basic = readBasic(request.headers.authorization);
    const clientId = decoded(basic?.username) ?? form.get('client_id') ?? '';
    const client = findClient(clientId);
    if (!client || (basic !== undefined && basic.password !== '')) {
      this.logins.refused('redeem', exchange, 401, 'unknown client');
      return refuse(401, 'invalid_client', 'the client is not known here', {
        'www-authenticate': 'Basic realm="openshift"',
      });
    }
    if (form.get('grant_type') !== 'authorization_code')
      return refuse(400, 'unsupported_grant_type', 'grant_type must be authorization_code');
    const code = form.get('code') ?? '';
    if (code === '') return refuse(400, 'invalid_request', 'code is missing');
    const redirectUri = form.get('redirect_uri') ?? client.defaultRedirect?.(issuer) ?? '';
    const verifier = form.get('code_verifier') ?? undefined;
    const { token, retryAfterSeconds } = await this.logins.redeem(
      { code, clientId, redirectUri, verifier, address },
      request.headers['user-agent'] ?? '',
    );
    if (retryAfterSeconds !== undefined)
      return refuse(429, 'slow_down', 'too many codes that were not good', {
        'retry-after': String(retryAfterSeconds),
      });
    if (!token) return refuse(400, 'invalid_grant', 'the code is not good, or not for this client');
    const { accessToken: access_token, expiresInSeconds: expires_in, scope } = token;
    sendJson(response, 200, { access_token, token_type: 'Bearer', expires_in, scope });
  }
}

function asRefusedForm(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

/** In a Basic header of OAuth, name and secret are form-encoded (RFC 6749 §2.3.1). */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
