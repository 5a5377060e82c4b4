import { ApiError } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import type { Exchange } from '../door/exchange.js';
import type { PublicPath } from '../door/public-path.js';
import { AccessAudit } from './access-audit.js';
import { CallerReviews } from './caller-reviews.js';
import { ANONYMOUS_TOKEN, credentialOf, isBasic } from './credential.js';

const PATH = '/openshift/token';
/** `type:name:actions`; the name may hold a port, so the actions are what follows the last colon. */
const SCOPE = /^(repository|signature)(?:\([^)]*\))?:(.+):[^:]*$/;

/**
 * Where `docker login` and every client's first request go: whoever shows an API token as password gets it back as
 * bearer token. What it is good for is decided by each request.
 */
@Injectable()
export class TokenEndpoint implements PublicPath {
  constructor(
    private readonly callers: CallerReviews,
    private readonly audit: AccessAudit,
  ) {}

  answer(exchange: Exchange): Promise<boolean> | false {
    return exchange.path.startsWith(PATH) ? this.answerToken(exchange).then(() => true) : false;
  }

  private async answerToken(exchange: Exchange): Promise<void> {
    if (exchange.method !== 'GET') return exchange.answer(405, { Allow: 'GET' });
    const authorization = exchange.header('authorization');
    if (authorization === undefined) return give(exchange, ANONYMOUS_TOKEN);
    const credential = isBasic(authorization) ? credentialOf(authorization) : undefined;
    if (credential?.kind !== 'token') return this.refuse(exchange);
    try {
      if (!(await this.callers.callerWith(credential.token, exchange.request))) return this.refuse(exchange);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return exchange.answerJson(401, { details: `unable to validate token: ${error.reason ?? 'InternalError'}` });
    }
    const wrong = exchange.query.getAll('scope').flatMap((scopes) => wrongNames(scopes))[0];
    if (wrong === undefined) return give(exchange, credential.token);
    exchange.answerJson(401, {
      details: `invalid image name ${JSON.stringify(wrong)}: it must be of the format <project>/<name>`,
    });
  }

  private refuse(exchange: Exchange): void {
    this.audit.noteBadCredential(exchange.request);
    exchange.answer(401, { 'Content-Type': 'application/json' });
  }
}

function give(exchange: Exchange, token: string): void {
  exchange.answerJson(200, { token, access_token: token });
}

/** Names in scopes that are no repository; what is no scope at all is passed over. */
function wrongNames(scopes: string): string[] {
  return scopes.split(' ').flatMap((scope) => {
    const name = SCOPE.exec(scope)?.[2];
    return name === undefined || /^[^/]+\/[^/]+$/.test(name) ? [] : [name];
  });
}
