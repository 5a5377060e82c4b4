import { ApiError } from '@faktorz/apimachinery';
import type { Database } from '../database/database.js';

/** A row of the log as watchers see it; rows that only carry an event have an empty `resource`. */
export interface LogRow {
  position: bigint;
  resource: string;
  namespace: string;
  name: string;
  uid: string;
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | '';
}

/** Only rows that match all given fields. */
export interface LogFilter {
  resource?: string;
  namespace?: string;
  name?: string;
  /** Only rows up to this position. */
  upTo?: bigint;
}

/** Does the row pass the filter? */
export function passes(row: LogRow, filter: LogFilter): boolean {
  return (
    (filter.resource === undefined || row.resource === filter.resource) &&
    (filter.namespace === undefined || row.namespace === filter.namespace) &&
    (filter.name === undefined || row.name === filter.name)
  );
}

/** The log no longer reaches back to `asked` (Kubernetes: 410 Expired). */
export function expired(asked: bigint, floor: bigint): ApiError {
  return new ApiError('Expired', `too old resource version: ${asked} (${floor})`);
}

/** Kubernetes' answer for a position from the future (504, cause ResourceVersionTooLarge). */
export function notReached(asked: bigint, head: bigint): ApiError {
  return new ApiError('Timeout', `Too large resource version: ${asked}, current: ${head}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** Reads rows after a position; throws `Expired` when rows after it have been trimmed. */
export async function readLogRows(
  database: Database,
  after: bigint,
  limit: number,
  filter: LogFilter,
): Promise<LogRow[]> {
  const values: unknown[] = [after, limit];
  const conditions = ['position > $1'];
  const where = (condition: string, value: unknown) => conditions.push(`${condition} $${values.push(value)}`);
  if (filter.resource) {
    where('resource =', filter.resource);
    conditions.push("resource <> ''"); // as the index has it
  } else if (filter.resource !== undefined) {
    where('resource =', filter.resource);
  }
  if (filter.namespace !== undefined) where('namespace =', filter.namespace);
  if (filter.name !== undefined) where('name =', filter.name);
  if (filter.upTo !== undefined) where('position <=', filter.upTo);
  const found = await database.query<{ floor: string; position: string | null } & Omit<LogRow, 'position'>>(
    `SELECT c.floor, l.* FROM change_counter c LEFT JOIN LATERAL (
       SELECT position, resource, namespace, name, uid, change AS type FROM change_log
       WHERE ${conditions.join(' AND ')} ORDER BY position LIMIT $2
     ) l ON true ORDER BY l.position`,
    values,
  );
  const floor = BigInt(found[0]?.floor ?? 0);
  if (after < floor) throw expired(after, floor);
  return found.flatMap(({ position, resource, namespace, name, uid, type }) =>
    position === null ? [] : { position: BigInt(position), resource, namespace, name, uid, type },
  );
}
