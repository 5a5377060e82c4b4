import type { SqlStatement } from '../change-log.types.js';
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

/** Gives every row its position and returns the statements that stamp and log them, oldest first. */
export function logStatements(rows: readonly PendingRow[], taken: TakenPositions, time: Date): NamedStatement[] {
  const first = BigInt(taken.position) - BigInt(rows.length) + 1n;
  let previous = BigInt(taken.event_before);
  const stamps: SqlStatement[] = [];
  const columns: unknown[][] = Array.from({ length: 9 }, () => []);
  rows.forEach((row, index) => {
    const position = first + BigInt(index);
    row.assign(position);
    stamps.push(...(row.change?.stamp?.(position) ?? []));
    const { change, event } = row;
    [
      position,
      change?.resource ?? '',
      change?.namespace ?? event?.namespace ?? '',
      change?.name ?? event?.stream ?? '',
      change?.uid ?? '',
      change?.type ?? '',
      event ? cloudEventJson(event, position, time) : null,
      event ? previous : null,
      event ? subjectOfEvent(event) : null,
    ].forEach((value, column) => columns[column]!.push(value));
    if (event) previous = position;
  });
  return [
    ...stamps,
    {
      name: 'faktorz_log_rows',
      text: `INSERT INTO change_log
          (position, resource, namespace, name, uid, change, event, event_previous, event_subject)
        SELECT p, r, ns, n, u, c, e::jsonb, ep, es
        FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
          $9::text[]) AS t(p, r, ns, n, u, c, e, ep, es)`,
      values: columns,
    },
  ];
}
