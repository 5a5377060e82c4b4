import { ListAllowedNamespaces, ReviewAccess, type AnswerOf, type AskOf } from '@faktorz/domain';
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

  @Answers(ListAllowedNamespaces)
  namespaces({
    identity,
    attributes,
    after,
    limit,
  }: AskOf<typeof ListAllowedNamespaces>): AnswerOf<typeof ListAllowedNamespaces> {
    if (this.index.decide(identity, { ...attributes, namespace: '' }).allowed)
      return { everywhere: true, namespaces: [] };
    const namespaces = this.index
      .namespacesWithBindings()
      .filter((namespace) => namespace > after)
      .filter((namespace) => this.index.decide(identity, { ...attributes, namespace }).allowed)
      .sort((a, b) => (a < b ? -1 : 1));
    return { everywhere: false, namespaces: namespaces.slice(0, limit) };
  }
}
