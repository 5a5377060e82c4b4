import { ApiError } from '@faktorz/apimachinery';
import { ListIdentityKeys, RegisterIdentityKey, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers, type AskContext } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { IdentityKeyStore } from './identity-key.store.js';

@Injectable()
export class IdentityKeyRequests {
  constructor(private readonly store: IdentityKeyStore) {}

  /** Whose key it is says nats-server, not the question. */
  @Answers(RegisterIdentityKey)
  async register(key: AskOf<typeof RegisterIdentityKey>, { asker }: AskContext): Promise<Record<string, never>> {
    if (key.service !== asker) throw new ApiError('Forbidden', `${asker} cannot register a key of ${key.service}`);
    await this.store.register(key);
    return {};
  }

  @Answers(ListIdentityKeys)
  async list(): Promise<AnswerOf<typeof ListIdentityKeys>> {
    return { keys: await this.store.list() };
  }
}
