import { Injectable } from '@nestjs/common';
import { Database } from '@faktorz/persistence';
import type { TriggerRecordRow } from './trigger-record.js';

/** Which records are wanted; what is absent does not matter. */
export interface RecordFilter {
  namespace?: string;
  /** Name of the object. */
  name?: string;
  /** `namespace/stream:tag`. */
  tag?: string;
  /** `namespace/stream`. */
  stream?: string;
  phase?: string;
}

/** After which record a page begins. */
export interface RecordCursor {
  namespace: string;
  name: string;
  seq: string;
}

const SELECT = `SELECT seq, cluster, resource, namespace, name, uid, tag, position, image, changed_at, cause, caused_by, phase,
    reason, message, images, resource_version, attempts, restored, next_try, recorded_at, started_at, finished_at
  FROM trigger_record`;

/** Records as they are shown. */
@Injectable()
export class TriggerRecordReader {
  constructor(private readonly database: Database) {}

  async find({ namespace, name, seq }: RecordCursor): Promise<TriggerRecordRow | undefined> {
    const [row] = await this.database.query<TriggerRecordRow>(
      `${SELECT} WHERE namespace = $1 AND name = $2 AND seq = $3`,
      [namespace, name, seq],
    );
    return row;
  }

  /** The next ones in order of namespace, object and number. */
  page(filter: RecordFilter, after: RecordCursor | undefined, limit: number): Promise<TriggerRecordRow[]> {
    const values: unknown[] = [];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const conditions = (['namespace', 'name', 'tag', 'phase'] as const)
      .filter((column) => filter[column] !== undefined)
      .map((column) => `${column} = ${parameter(filter[column])}`);
    if (filter.stream !== undefined) {
      // All tags of the stream: a semicolon comes right after the colon.
      conditions.push(`tag > ${parameter(`${filter.stream}:`)} AND tag < ${parameter(`${filter.stream};`)}`);
    }
    if (after) {
      const { namespace, name, seq } = after;
      conditions.push(
        `(namespace, name, seq) > (${parameter(namespace)}, ${parameter(name)}, ${parameter(seq)}::bigint)`,
      );
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.database.query<TriggerRecordRow>(
      `${SELECT} ${where} ORDER BY namespace, name, seq LIMIT ${parameter(limit)}`,
      values,
    );
  }
}
