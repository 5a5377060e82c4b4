import { Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';

/** After so many failures in a row, every further try has to wait. */
const FREE_TRIES = { user: 10, address: 50, code: 50 } as const;
const LONGEST_WAIT_SECONDS = 60;
/** Failures older than this are forgotten. */
const FORGOTTEN_AFTER = "interval '15 minutes'";
const WAIT = `CASE WHEN failures < $2 THEN 0 ELSE least(${LONGEST_WAIT_SECONDS}, power(2, least(failures - $2, 10))) END`;

/** Who is tried, or who tries. */
export interface Tried {
  what: keyof typeof FREE_TRIES;
  value: string;
}

/**
 * Slows down guessing, for all replicas together. A try is counted as failed before it is made, so that many at a time
 * win nothing, and taken back when it succeeds. Names that exist and names that do not are treated alike. They are kept
 * as hashes: people type passwords where names belong.
 */
@Injectable()
export class LoginThrottle {
  constructor(private readonly database: Database) {}

  /** 0 if the try may be made (it counts from now on), else how many seconds to wait. */
  async begin(tried: readonly Tried[]): Promise<number> {
    for (const one of tried) {
      const wait = await this.count(one);
      if (wait > 0) return wait;
    }
    return 0;
  }

  /** The try was right: all failures of the user are forgotten, and this one of the address. */
  async succeeded(tried: readonly Tried[]): Promise<void> {
    for (const { what, value } of tried) {
      const subject = subjectOf({ what, value });
      if (what === 'user') await this.database.query('DELETE FROM login_backoff WHERE subject = $1', [subject]);
      else
        await this.database.query('UPDATE login_backoff SET failures = greatest(failures - 1, 0) WHERE subject = $1', [
          subject,
        ]);
    }
  }

  async forgetOld(): Promise<void> {
    await this.database.query(`DELETE FROM login_backoff WHERE last_failed_at < now() - ${FORGOTTEN_AFTER}`);
  }

  private async count(tried: Tried): Promise<number> {
    const values = [subjectOf(tried), FREE_TRIES[tried.what]];
    const counted = await this.database.query(
      `INSERT INTO login_backoff AS known (subject, failures) VALUES ($1, 1)
       ON CONFLICT (subject) DO UPDATE SET last_failed_at = now(),
         failures = CASE WHEN known.last_failed_at < now() - ${FORGOTTEN_AFTER} THEN 1 ELSE known.failures + 1 END
       WHERE known.last_failed_at + make_interval(secs => ${WAIT.replaceAll('failures', 'known.failures')}) <= now()
       RETURNING 1`,
      values,
    );
    if (counted.length > 0) return 0;
    const [row] = await this.database.query<{ wait: number }>(
      `SELECT ceil(extract(epoch FROM last_failed_at + make_interval(secs => ${WAIT}) - now()))::int AS wait
       FROM login_backoff WHERE subject = $1`,
      values,
    );
    return Math.max(1, row?.wait ?? 1);
  }
}

function subjectOf({ what, value }: Tried): string {
  return `${what}:${createHash('sha256').update(value).digest('base64url')}`;
}
