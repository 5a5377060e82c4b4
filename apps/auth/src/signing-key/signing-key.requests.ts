import { ListSigningKeys, type AnswerOf } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { SigningKeyStore } from './signing-key.store.js';

@Injectable()
export class SigningKeyRequests {
  constructor(
    private readonly keys: SigningKeyStore,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  @Answers(ListSigningKeys)
  async list(): Promise<AnswerOf<typeof ListSigningKeys>> {
    return { issuer: this.config.FAKTORZ_AUTH_TOKEN_ISSUER, keys: await this.keys.published() };
  }
}
