import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '@faktorz/testing';

/** What came of a request in the end. */
export interface Answered<T = unknown> {
  status: number;
  body: T;
  /** Attempts before this answer of which nobody knows whether they were carried out, or still will be. */
  unanswered: number;
}

const ATTEMPT_TIMEOUT_MS = 20_000;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1_000;
const GIVE_UP_AFTER_MS = 120_000;

/** A client that repeats a request until somebody answers, as every good client of a system that may fail does. */
export class PatientClient {
  answered = 0;
  unanswered = 0;
  /** The longest time in which no request of this client was answered, though some were asked. */
  longestOutageMs = 0;
  private lastAnswerAt = Date.now();

  constructor(private readonly system: TestSystem) {}

  /** Any answer below 500 counts; throws when there is none for two minutes. */
  async send<T = unknown>(method: string, path: string, json?: unknown): Promise<Answered<T>> {
    const deadline = Date.now() + GIVE_UP_AFTER_MS;
    let problem = '';
    for (let unanswered = 0, delayMs = FIRST_DELAY_MS; Date.now() < deadline; unanswered++) {
      try {
        const { status, text } = await this.attempt(method, path, json);
        if (status < 500 && status !== 429) {
          this.noteAnswer();
          return { status, body: JSON.parse(text) as T, unanswered };
        }
        problem = `${status} ${text}`;
      } catch (error) {
        problem = String((error as Error).cause ?? error);
      }
      this.unanswered++;
      await sleep(delayMs);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
    throw new Error(`${method} ${path} was not answered for ${GIVE_UP_AFTER_MS / 1000} s; last: ${problem}`);
  }

  /** As `send`, and any other status than these is an error. */
  async expect<T = unknown>(
    statuses: readonly number[],
    method: string,
    path: string,
    json?: unknown,
  ): Promise<Answered<T>> {
    const answer = await this.send<T>(method, path, json);
    if (statuses.includes(answer.status)) return answer;
    throw new Error(
      `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)} (${answer.unanswered} unanswered before)`,
    );
  }

  private async attempt(method: string, path: string, json: unknown): Promise<{ status: number; text: string }> {
    const signal = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
    const response = await this.system.request(path, { method, json, signal });
    return { status: response.status, text: await response.text() };
  }

  private noteAnswer(): void {
    const now = Date.now();
    this.longestOutageMs = Math.max(this.longestOutageMs, now - this.lastAnswerAt);
    this.lastAnswerAt = now;
    this.answered++;
  }
}
