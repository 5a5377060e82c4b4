import { versionInfo } from '@faktorz/apimachinery';
import { HealthChecks } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { answerJson, answerText } from '../request/answer-status.js';

/** The paths that answer without any credential. docs/security.md lists the same. */
@Injectable()
export class PublicPaths {
  private readonly answers: ReadonlyMap<string, (response: ServerResponse) => Promise<void> | void>;

  constructor(private readonly health: HealthChecks) {
    const version = (response: ServerResponse): void => answerJson(response, versionInfo());
    const alive = (response: ServerResponse): void => answerText(response, 200, 'ok');
    const ready = (response: ServerResponse): Promise<void> => this.answerReady(response);
    this.answers = new Map<string, (response: ServerResponse) => Promise<void> | void>([
      ['/version', version],
      ['/version/', version],
      ['/livez', alive],
      ['/healthz', ready],
      ['/readyz', ready],
    ]);
  }

  /** Answers a public path; false for every other. */
  async answer(method: string, path: string, response: ServerResponse): Promise<boolean> {
    const give = method === 'GET' || method === 'HEAD' ? this.answers.get(path) : undefined;
    await give?.(response);
    return give !== undefined;
  }

  /** What is missing is told only on the internal port. */
  private async answerReady(response: ServerResponse): Promise<void> {
    const failures = await this.health.failures();
    const isReady = Object.keys(failures).length === 0;
    answerText(response, isReady ? 200 : 503, isReady ? 'ok' : 'not ready');
  }
}
