import { ApiError } from '@faktorz/apimachinery';
import type { ChangeLog, LoggedCloudEvent } from '@faktorz/persistence';
import type { HandlerRegistry } from './handler-registry.js';
import { runHandler } from './handler-registry.js';

/** An event a handler could not apply. */
export interface DeadLetter {
  id: string;
  owner: string;
  position: bigint;
  /** `Class.method`. */
  handler: string;
  event: LoggedCloudEvent;
  /** Status reason or class of the error. */
  reason: string;
  message: string;
  attempts: number;
  failedAt: Date;
}

interface DeadLetterRow extends Omit<DeadLetter, 'position' | 'failedAt'> {
  position: string;
  failed_at: Date;
}

/** What a service could not apply: for an operator to list and, once the cause is gone, to replay. */
export class DeadLetters {
  constructor(
    private readonly log: ChangeLog,
    private readonly service: string,
    private readonly handlers: () => HandlerRegistry,
  ) {}

  /** Oldest first, those after the id given, up to `limit` (default 100). */
  async list({ after = '0', limit = 100 }: { after?: string; limit?: number } = {}): Promise<DeadLetter[]> {
    const rows = await this.log.database.query<DeadLetterRow>(
      `SELECT id, owner, position, handler, event, reason, message, attempts, failed_at FROM dead_letter
       WHERE service = $1 AND id > $2 ORDER BY id LIMIT $3`,
      [this.service, after, limit],
    );
    return rows.map(({ position, failed_at, ...row }) => ({ ...row, position: BigInt(position), failedAt: failed_at }));
  }

  async count(): Promise<number> {
    const [row] = await this.log.database.query<{ count: string }>(
      'SELECT count(*) FROM dead_letter WHERE service = $1',
      [this.service],
    );
    return Number(row?.count);
  }

  /** Runs the handler again on the event; the letter is gone when it succeeds. Throws NotFound, or the handler's error. */
  async replay(id: string): Promise<void> {
    await this.log.transaction(async (tx) => {
      const [row] = await tx.query<DeadLetterRow>(
        'DELETE FROM dead_letter WHERE service = $1 AND id = $2 RETURNING *',
        [this.service, id],
      );
      if (!row) throw new ApiError('NotFound', `no dead letter ${id}`);
      const handler = this.handlers().named(row.handler);
      if (!handler) throw new ApiError('Conflict', `there is no handler ${row.handler} any more`);
      const position = BigInt(row.position);
      await runHandler(handler, row.owner, [{ position, previous: 0n, event: row.event }], tx);
    });
  }

  /** Forgets a letter; false when there is none. */
  async discard(id: string): Promise<boolean> {
    const gone = await this.log.database.query('DELETE FROM dead_letter WHERE service = $1 AND id = $2 RETURNING 1', [
      this.service,
      id,
    ]);
    return gone.length > 0;
  }
}
