import {
  type AnswerOf,
  type AskOf,
  type IdentityKey,
  ListIdentityKeys,
  RegisterIdentityKey,
  type RequestDefinition,
} from '@faktorz/domain';

/** How this process makes its signing key known, and learns those of others. auth answers from its own table, all others ask auth. */
export interface KeyExchange {
  register(key: AskOf<typeof RegisterIdentityKey>): Promise<void>;
  list(): Promise<readonly IdentityKey[]>;
}

/** Nest token under which an app's module provides its `KeyExchange`. */
export const KEY_EXCHANGE = Symbol('KeyExchange');

/** The part of messaging's `Requests` that the key exchange needs. */
export interface AsksRequests {
  ask<R extends RequestDefinition>(request: R, ask: AskOf<R>, options?: { timeoutMs?: number }): Promise<AnswerOf<R>>;
}

const ASK_TIMEOUT_MS = 3_000;

/** The key exchange of every service but auth: `{ provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] }`. */
export function keyExchangeOver(requests: AsksRequests): KeyExchange {
  return {
    register: async (key) => {
      await requests.ask(RegisterIdentityKey, key, { timeoutMs: ASK_TIMEOUT_MS });
    },
    list: async () => (await requests.ask(ListIdentityKeys, {}, { timeoutMs: ASK_TIMEOUT_MS })).keys,
  };
}
