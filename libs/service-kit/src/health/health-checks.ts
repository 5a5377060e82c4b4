import { Injectable } from '@nestjs/common';

/** One thing a service needs to do its work. Rejects or throws, with a sentence, while it is not there. */
export type HealthCheck = () => Promise<void> | void;

/** The longest a single check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/** What `/readyz` asks. Providers add their checks when they start: `health.add('database', () => …)`. */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();

  /** Adds or replaces the check of this name. */
  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Runs all checks side by side; the sentence of each that fails, by name. */
  async failures(): Promise<Record<string, string>> {
    const failures: Record<string, string> = {};
    await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        try {
          await withTimeout(check);
        } catch (error) {
          failures[name] = error instanceof Error ? error.message : String(error);
        }
      }),
    );
    return failures;
  }

  /** Names of all checks, in the order they were added. */
  names(): string[] {
    return [...this.checks.keys()];
  }
}

async function withTimeout(check: HealthCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
