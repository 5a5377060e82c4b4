import { Rounds } from '../rounds.js';
import type { UnchangedCheck } from './check-schedule.store.js';

/** Collects checks that found nothing new, and writes those that come while one statement is under way with the next. */
export class UnchangedChecks {
  private waiting: UnchangedCheck[] = [];
  private readonly rounds: Rounds;

  constructor(write: (checks: readonly UnchangedCheck[]) => Promise<void>) {
    this.rounds = new Rounds(() => write(this.waiting.splice(0)));
  }

  /** Resolves when the check is written. */
  finish(check: UnchangedCheck): Promise<void> {
    this.waiting.push(check);
    return this.rounds.run();
  }
}
