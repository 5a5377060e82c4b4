import { ReviewAccess, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { AccessIndex } from './access-index.js';

@Injectable()
export class AccessRequests {
  constructor(private readonly index: AccessIndex) {}

  @Answers(ReviewAccess)
  review({ identity, attributes }: AskOf<typeof ReviewAccess>): AnswerOf<typeof ReviewAccess> {
    return this.index.decide(identity, attributes);
  }
}
