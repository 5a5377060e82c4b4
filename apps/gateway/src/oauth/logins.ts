import { AuditTrail } from '@faktorz/access';
import { AuthorizeLogin, RedeemCode, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import type { OAuthExchange } from './oauth-exchange.js';

const ASK_TIMEOUT_MS = 15_000;

/** Asks auth about logins, and notes each in the audit trail. */
@Injectable()
export class Logins {
  constructor(
    private readonly requests: Requests,
    private readonly trail: AuditTrail,
  ) {}

  async authorize(ask: AskOf<typeof AuthorizeLogin>, userAgent: string): Promise<AnswerOf<typeof AuthorizeLogin>> {
    const answer = await this.requests.ask(AuthorizeLogin, ask, { timeoutMs: ASK_TIMEOUT_MS });
    const isGranted = answer.code !== undefined || answer.token !== undefined;
    this.trail.noteLogin({
      user: answer.user,
      verb: 'login',
      path: '/oauth/authorize',
      from: ask.address,
      userAgent,
      isGranted,
      reason: isGranted ? `client ${ask.clientId}` : refusalOf(answer),
    });
    return answer;
  }

  /** Notes what was refused before it came to a name or a code. */
  refused(verb: 'login' | 'redeem', { path, address, request }: OAuthExchange, code: number, reason: string): void {
    const userAgent = request.headers['user-agent'] ?? '';
    this.trail.noteLogin({ user: undefined, verb, path, from: address, userAgent, isGranted: false, code, reason });
  }

  async redeem(ask: AskOf<typeof RedeemCode>, userAgent: string): Promise<AnswerOf<typeof RedeemCode>> {
    const answer = await this.requests.ask(RedeemCode, ask, { timeoutMs: ASK_TIMEOUT_MS });
    this.trail.noteLogin({
      user: answer.user,
      verb: 'redeem',
      path: '/oauth/token',
      from: ask.address,
      userAgent,
      isGranted: answer.token !== undefined,
      reason: answer.token !== undefined ? `client ${ask.clientId}` : refusalOf(answer),
    });
    return answer;
  }
}

function refusalOf({ retryAfterSeconds, badScope }: { retryAfterSeconds?: number; badScope?: string }): string {
  if (retryAfterSeconds !== undefined) return 'too many tries';
  return badScope === undefined ? 'wrong credentials' : 'unknown scope';
}
