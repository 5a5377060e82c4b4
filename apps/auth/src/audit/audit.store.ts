import type { FieldSelector, ListPage, ListQuery, ObjectKey } from '@faktorz/apimachinery';
import { AuditRecord, RecordAudit, type AskOf } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Database } from '@faktorz/persistence';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { auditEventOf, SELECTABLE, type AuditEvent } from './audit-event.js';

const LOOK_EVERY_MS = 600_000;
const AT_ONCE = 5000;
const PAGE = 500;

interface Row {
  id: string;
  record: AuditRecord;
}

/** The audit trail: written by the public doors, read by auditors, forgotten after some days. It is part of no change log. */
@Injectable()
export class AuditStore implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditStore.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.forgetOld().catch((error: Error) => this.logger.warn(`old audit events: ${error.message}`));
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  @Answers(RecordAudit)
  async record({ records }: AskOf<typeof RecordAudit>): Promise<Record<string, never>> {
    await this.database.query(
      `INSERT INTO audit_event (id, record, recorded_at)
       SELECT record ->> 'id', record, (record ->> 'time')::timestamptz FROM unnest($1::jsonb[]) AS record
       ON CONFLICT (id) DO NOTHING`,
      [records.map((record) => JSON.stringify(record))],
    );
    return {};
  }

  async get({ name }: ObjectKey): Promise<AuditEvent | undefined> {
    const [row] = await this.database.query<Row>('SELECT id, record FROM audit_event WHERE id = $1', [name]);
    return row && auditEventOf(row.record);
  }

  /** In order of time. The position of the list is the time, in milliseconds, up to which it shows records. */
  async list({
    at = BigInt(Date.now()),
    after,
    limit = Infinity,
    fields = [],
  }: ListQuery): Promise<ListPage<AuditEvent>> {
    let next: ObjectKey | undefined;
    const read = (from: string, count: number): Promise<Row[]> => this.page(at, from, count, fields);
    async function* items(): AsyncGenerator<AuditEvent> {
      let last = after?.name ?? '';
      for (let given = 0; ;) {
        const wanted = Math.min(PAGE, limit - given);
        const rows = await read(last, wanted + 1);
        for (const { record } of rows.slice(0, wanted)) yield auditEventOf(record);
        given += Math.min(rows.length, wanted);
        last = rows[Math.min(rows.length, wanted) - 1]?.id ?? last;
        if (rows.length <= wanted) return;
        if (given >= limit) {
          next = { name: last };
          return;
        }
      }
    }
    return { position: at, items: items(), rest: () => (next ? { next } : {}) };
  }

  async forgetOld(): Promise<void> {
    for (;;) {
      const removed = await this.database.query(
        `DELETE FROM audit_event WHERE id IN
           (SELECT id FROM audit_event WHERE recorded_at < now() - make_interval(days => $1) LIMIT ${AT_ONCE}) RETURNING 1`,
        [this.config.FAKTORZ_AUTH_AUDIT_DAYS],
      );
      if (removed.length < AT_ONCE) return;
    }
  }

  private page(at: bigint, after: string, count: number, fields: FieldSelector): Promise<Row[]> {
    const values: unknown[] = [String(at), after, count];
    const conditions = fields.map(({ field, operator, value }) => {
      const column = field === 'metadata.name' ? 'id' : `coalesce(record ->> '${SELECTABLE[field]!}', '')`;
      return `AND ${column} ${operator === '=' ? '=' : '<>'} $${values.push(value)}`;
    });
    return this.database.query<Row>(
      `SELECT id, record FROM audit_event
       WHERE recorded_at <= to_timestamp($1::bigint / 1000.0) AND id > $2 ${conditions.join(' ')} ORDER BY id LIMIT $3`,
      values,
    );
  }
}
