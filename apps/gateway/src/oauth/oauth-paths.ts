import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayConfig } from '../gateway.config.js';
import { GATEWAY_CONFIG } from '../gateway.tokens.js';
import { AuthorizeEndpoint } from './authorize-endpoint.js';
import { issuerOf } from './issuer.js';
import { sendJson, sendText, type OAuthExchange } from './oauth-exchange.js';
import { messagePage, sendPage } from './pages.js';
import { SigningKeys } from './signing-keys.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenRequestPage } from './token-request-page.js';

interface Endpoint {
  methods: readonly string[];
  answer(exchange: OAuthExchange): Promise<void> | void;
}

const READ = ['GET', 'HEAD'];
const SCOPES = ['user:check-access', 'user:full', 'user:info', 'user:list-projects'];

/** Paths by which people and programs log in, and the keys of service account tokens: they need no credential. */
@Injectable()
export class OAuthPaths {
  private readonly endpoints: ReadonlyMap<string, Endpoint>;

  constructor(
    authorize: AuthorizeEndpoint,
    token: TokenEndpoint,
    page: TokenRequestPage,
    private readonly keys: SigningKeys,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {
    const implicit = messagePage('Logged in', 'This address only ends a login on a command line. You can close it.');
    this.endpoints = new Map<string, Endpoint>([
      ['/.well-known/oauth-authorization-server', { methods: READ, answer: describeServer }],
      ['/.well-known/openid-configuration', { methods: READ, answer: (exchange) => this.describeIssuer(exchange) }],
      ['/openid/v1/jwks', { methods: READ, answer: (exchange) => this.showKeys(exchange) }],
      ['/oauth/authorize', { methods: [...READ, 'POST'], answer: (exchange) => authorize.answer(exchange) }],
      ['/oauth/token', { methods: ['POST'], answer: (exchange) => token.answer(exchange) }],
      ['/oauth/token/request', { methods: [...READ, 'POST'], answer: (exchange) => page.answer(exchange) }],
      ['/oauth/token/implicit', { methods: READ, answer: ({ response }) => sendPage(response, 200, implicit) }],
    ]);
  }

  /** False when the path is none of these. `address` is the client's. */
  async answer(
    path: string,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
    address: string,
  ): Promise<boolean> {
    const endpoint = this.endpoints.get(path);
    if (!endpoint) return false;
    const method = request.method!;
    if (!endpoint.methods.includes(method)) {
      sendText(response, 405, 'method not allowed\n', { allow: endpoint.methods.join(', ') });
      return true;
    }
    await endpoint.answer({
      request,
      response,
      method,
      path,
      query: new URLSearchParams(query),
      issuer: issuerOf(request, this.config.FAKTORZ_GATEWAY_PUBLIC_URL),
      address,
    });
    return true;
  }

  private async describeIssuer({ response, issuer: here }: OAuthExchange): Promise<void> {
    const { issuer } = await this.keys.read();
    sendJson(response, 200, {
      issuer,
      jwks_uri: `${here}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
  }

  private async showKeys({ response }: OAuthExchange): Promise<void> {
    const { keys } = await this.keys.read();
    sendJson(
      response,
      200,
      { keys },
      { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=60' },
    );
  }
}

/** RFC 8414, as far as clients ask for it. */
function describeServer({ response, issuer }: OAuthExchange): void {
  sendJson(response, 200, {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    scopes_supported: SCOPES,
    response_types_supported: ['code', 'token'],
    grant_types_supported: ['authorization_code', 'implicit'],
    code_challenge_methods_supported: ['plain', 'S256'],
  });
}
