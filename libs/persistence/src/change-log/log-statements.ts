import type { SqlPosition, SqlStatement } from '../change-log.types.js';
import type { PendingRow } from './change-collector.js';
import { cloudEventJson, subjectOfEvent } from './event-envelope.js';

type NamedStatement = SqlStatement & { name?: string };

/** Takes the next positions; the counter row stays locked until the transaction ends, so position order is commit order. */
export function takePositions(rows: readonly PendingRow[]): NamedStatement {
  const lastEvent = rows.findLastIndex((row) => row.event !== undefined);
  return {
    name: 'faktorz_take_positions',
    text: `UPDATE change_counter
      SET position = position + $1::bigint,
          event_before = last_event_position,
          last_event_position = CASE WHEN $2::bigint > 0 THEN position + $2::bigint ELSE last_event_position END
      RETURNING position, event_before`,
    values: [rows.length, lastEvent + 1],
  };
}

/** What `takePositions` answers. */
export interface TakenPositions {
  /** Position of the last row. */
  position: string;
  /** Position of the owner's newest event before this transaction. */
  event_before: string;
}

/**
 * The statements that stamp and log the rows, oldest first. They follow `takePositions` in the same round trip and take
 * the positions from the counter row themselves: while that is locked nobody waits for this process.
 */
export function logStatements(rows: readonly PendingRow[], time: Date): NamedStatement[] {
  const stamps: SqlStatement[] = [];
  const columns: unknown[][] = Array.from({ length: 8 }, () => []);
  let eventBefore = 0;
  rows.forEach(({ change, event }, index) => {
    stamps.push(...(change?.stamp?.(positionOfRow(rows.length - 1 - index)) ?? []));
    [
      change?.resource ?? '',
      change?.namespace ?? event?.namespace ?? '',
      change?.name ?? event?.stream ?? '',
      change?.uid ?? '',
      change?.type ?? '',
      event ? cloudEventJson(event, '', time) : null,
      event ? eventBefore : null,
      event ? subjectOfEvent(event) : null,
    ].forEach((value, column) => columns[column]!.push(value));
    if (event) eventBefore = index + 1;
  });
  return [...stamps, { name: 'faktorz_log_rows', text: LOG_ROWS, values: [...columns, rows.length] }];
}

/** Tells every row its position, once they are known. */
export function assignPositions(rows: readonly PendingRow[], taken: TakenPositions): void {
  const first = BigInt(taken.position) - BigInt(rows.length) + 1n;
  let previous = BigInt(taken.event_before);
  rows.forEach((row, index) => {
    row.assign(first + BigInt(index), previous);
    if (row.event) previous = first + BigInt(index);
  });
}

/** `eb` is the number, within the transaction, of the row with the event before; 0: it was in an earlier one. */
const LOG_ROWS = `INSERT INTO change_log
    (position, resource, namespace, name, uid, change, event, event_previous, event_subject)
  SELECT p, r, ns, nm, u, c,
         e || jsonb_build_object('id', (e ->> 'id') || p, 'data', (e -> 'data') || jsonb_build_object('position', p::text)),
         CASE WHEN eb = 0 THEN event_before ELSE position - $9::bigint + eb END, es
    FROM change_counter, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bigint[], $8::text[])
           WITH ORDINALITY AS t(r, ns, nm, u, c, e, eb, es, n),
         LATERAL (SELECT position - $9::bigint + n) AS at(p)`;

/** The position of the row that so many follow in the transaction. */
function positionOfRow(following: number): SqlPosition {
  return (values) => `(SELECT position - $${values.push(following)}::bigint FROM change_counter)`;
}
