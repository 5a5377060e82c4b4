import { ReviewToken, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { TokenReviewer } from './token-reviewer.js';

@Injectable()
export class TokenRequests {
  constructor(private readonly tokens: TokenReviewer) {}

  @Answers(ReviewToken)
  async review({ token }: AskOf<typeof ReviewToken>): Promise<AnswerOf<typeof ReviewToken>> {
    const { identity, expiresAt } = (await this.tokens.review(token)) ?? {};
    return { ...(identity && { identity }), ...(expiresAt && { expiresAt }) };
  }
}
