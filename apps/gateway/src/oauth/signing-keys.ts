import { ListSigningKeys, type AnswerOf } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';

const KEPT_FOR_MS = 5000;
const ASK_TIMEOUT_MS = 3000;

/** The public keys of service account tokens, asked of auth at most every few seconds. */
@Injectable()
export class SigningKeys {
  private known: Promise<AnswerOf<typeof ListSigningKeys>> | undefined;
  private readAtMs = 0;

  constructor(private readonly requests: Requests) {}

  read(): Promise<AnswerOf<typeof ListSigningKeys>> {
    if (this.known && performance.now() - this.readAtMs < KEPT_FOR_MS) return this.known;
    this.readAtMs = performance.now();
    const asked = this.requests.ask(ListSigningKeys, {}, { timeoutMs: ASK_TIMEOUT_MS });
    this.known = asked;
    asked.catch(() => {
      if (this.known === asked) this.known = undefined;
    });
    return asked;
  }
}
