import { Logger } from '@nestjs/common';
import type { ChangeLog, ChangeTransaction } from '@faktorz/persistence';
import type { IncomingEvent } from './consumed-event.js';
import { failureKind, reasonOf } from './failure.js';
import { type EventHandler, type HandlerRegistry, runHandler } from './handler-registry.js';

/** After so many attempts an event whose failure is unclear becomes a dead letter. */
const MOST_ATTEMPTS = 8;

/** Cursor and records: where both are lost, the events are applied once more. */
const LOST_TOGETHER = { mayBeLost: true };

/** How far a batch got. */
export interface Applied {
  /** Where the service's cursor stands now. */
  cursor: bigint;
  /** True when the first of the rest does not follow the cursor: events are missing in between. */
  gap: boolean;
  /** Events not applied. */
  rest: IncomingEvent[];
  /** What stopped a handler; to be retried. */
  error?: Error;
}

/** Applies events of one owner: in one transaction, the handlers' records and the cursor. */
export class EventApplier {
  private readonly logger = new Logger('Consumer');
  private readonly attempts = new Map<string, number>();

  constructor(
    private readonly log: ChangeLog,
    private readonly service: string,
    private readonly owner: string,
    private readonly handlers: HandlerRegistry,
  ) {}

  /** Makes the cursor if there is none. */
  async begin(): Promise<bigint> {
    await this.log.database.query(
      'INSERT INTO consumer_cursor (service, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [this.service, this.owner],
    );
    return this.cursor();
  }

  async cursor(): Promise<bigint> {
    const [row] = await this.log.database.query<{ position: string }>(
      'SELECT position FROM consumer_cursor WHERE service = $1 AND owner = $2',
      [this.service, this.owner],
    );
    return BigInt(row?.position ?? 0);
  }

  /** Applies what follows the cursor; `events` are in order. Errors are those of the database. */
  async apply(events: readonly IncomingEvent[]): Promise<Applied> {
    try {
      return await this.log.transaction((tx) => this.applyAll(tx, events), LOST_TOGETHER);
    } catch {
      // Again, with every handler under a savepoint: two round trips more for each, so not at first.
      return this.log.transaction((tx) => this.applyWithCare(tx, events), LOST_TOGETHER);
    }
  }

  /** Sets the cursor to `head` in the transaction in which `work` brings the service up to date. */
  async rebuild(head: bigint, work: (tx: ChangeTransaction) => Promise<void>): Promise<void> {
    await this.log.transaction(async (tx) => {
      await this.lockCursor(tx);
      await work(tx);
      await this.moveCursor(tx, head);
    });
  }

  private async applyAll(tx: ChangeTransaction, events: readonly IncomingEvent[]): Promise<Applied> {
    const last = events.at(-1);
    if (!last || !followEachOther(events) || !(await this.jumpCursor(tx, events[0]!.previous, last.position))) {
      return this.advance(tx, events, async (incoming) => {
        for (const handler of this.handlersOf(incoming)) await runHandler(handler, this.owner, [incoming], tx);
        return true;
      });
    }
    await allDone([
      ...this.handlers.takingMany.map((handler) => runHandler(handler, this.owner, events, tx)),
      this.runOneByOne(tx, events),
    ]);
    return { cursor: last.position, gap: false, rest: [] };
  }

  private async runOneByOne(tx: ChangeTransaction, events: readonly IncomingEvent[]): Promise<void> {
    for (const incoming of events) {
      for (const handler of this.handlersOf(incoming)) {
        if (!handler.takesMany) await runHandler(handler, this.owner, [incoming], tx);
      }
    }
  }

  /** Buries what cannot be applied; stops, and keeps what came before, where a retry may help. */
  private async applyWithCare(tx: ChangeTransaction, events: readonly IncomingEvent[]): Promise<Applied> {
    let stopped: Error | undefined;
    const applied = await this.advance(tx, events, async (incoming) => {
      try {
        await tx.savepoint(async () => {
          for (const handler of this.handlersOf(incoming)) await this.runOrBury(tx, handler, incoming);
        });
      } catch (error) {
        stopped = error as Error;
      }
      return stopped === undefined;
    });
    return { ...applied, error: stopped };
  }

  private async runOrBury(tx: ChangeTransaction, handler: EventHandler, incoming: IncomingEvent): Promise<void> {
    try {
      await tx.savepoint(() => runHandler(handler, this.owner, [incoming], tx));
    } catch (error) {
      if (!(await this.bury(tx, handler, incoming, error))) throw error;
    }
  }

  private async advance(
    tx: ChangeTransaction,
    events: readonly IncomingEvent[],
    applyOne: (incoming: IncomingEvent) => Promise<boolean>,
  ): Promise<Applied> {
    const before = await this.lockCursor(tx);
    let cursor = before;
    let index = 0;
    let gap = false;
    for (; index < events.length; index += 1) {
      const incoming = events[index]!;
      if (incoming.position <= cursor) continue;
      gap = incoming.previous !== cursor;
      if (gap || !(await applyOne(incoming))) break;
      cursor = incoming.position;
    }
    if (cursor !== before) await this.moveCursor(tx, cursor);
    return { cursor, gap, rest: events.slice(index) };
  }

  private handlersOf(incoming: IncomingEvent): readonly EventHandler[] {
    return this.handlers.handlersOf(this.owner, incoming.event.type);
  }

  /** Writes a dead letter when nothing else is left to do; false when a retry may help. */
  private async bury(
    tx: ChangeTransaction,
    handler: EventHandler,
    incoming: IncomingEvent,
    error: unknown,
  ): Promise<boolean> {
    const kind = failureKind(error);
    const key = `${handler.name} ${incoming.position}`;
    const attempts = (this.attempts.get(key) ?? 0) + 1;
    if (kind === 'transient' || (kind === 'unclear' && attempts < MOST_ATTEMPTS)) {
      this.attempts.set(key, attempts);
      return false;
    }
    this.attempts.delete(key);
    const { message } = error as Error;
    this.logger.error(`${handler.name} cannot apply ${incoming.event.id}, now a dead letter: ${message}`);
    await tx.query(
      `INSERT INTO dead_letter (service, owner, position, handler, event, reason, message, attempts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [
        this.service,
        this.owner,
        incoming.position,
        handler.name,
        JSON.stringify(incoming.event),
        reasonOf(error) ?? (error as Error).name,
        message,
        attempts,
      ],
    );
    return true;
  }

  private async lockCursor(tx: ChangeTransaction): Promise<bigint> {
    const [row] = await tx.query<{ position: string }>(
      'SELECT position FROM consumer_cursor WHERE service = $1 AND owner = $2 FOR UPDATE',
      [this.service, this.owner],
    );
    if (!row) throw new Error(`no cursor of ${this.service} for ${this.owner}`);
    return BigInt(row.position);
  }

  /** Locks and moves the cursor in one statement, if it stands where it should: nearly always. */
  private async jumpCursor(tx: ChangeTransaction, from: bigint, to: bigint): Promise<boolean> {
    const moved = await tx.query(
      `UPDATE consumer_cursor SET position = $4, advanced_at = now()
        WHERE service = $1 AND owner = $2 AND position = $3 RETURNING 1`,
      [this.service, this.owner, from, to],
    );
    return moved.length > 0;
  }

  private async moveCursor(tx: ChangeTransaction, position: bigint): Promise<void> {
    await tx.query('UPDATE consumer_cursor SET position = $3, advanced_at = now() WHERE service = $1 AND owner = $2', [
      this.service,
      this.owner,
      position,
    ]);
  }
}

/** Waits for all, then throws the first error: while one still works, nobody may roll back what it works on. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Does each event come right after the one before it? */
function followEachOther(events: readonly IncomingEvent[]): boolean {
  return events.every(({ previous }, index) => index === 0 || previous === events[index - 1]!.position);
}
