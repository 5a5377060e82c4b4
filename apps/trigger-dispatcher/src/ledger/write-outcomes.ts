import type { ChangeTransaction, SqlStatement } from '@faktorz/persistence';
import type { Outcome } from './outcome.js';
import type { WrittenImage } from './trigger-record.js';

/** A row that has become Written just now; so it is told once, whatever died in between. */
export interface FiredRecord {
  target_id: string;
  tag: string;
  image: string;
  images: WrittenImage[];
}

/** Outcomes of the rows of one object. */
export interface ObjectOutcomes {
  targetId: string;
  outcomes: readonly Outcome[];
}

/**
 * SQL that writes outcomes, its rows the `FiredRecord`s. What has been written stays so: that its image had to be set
 * again is counted. The caller holds the lanes of the objects.
 */
export function writeOutcomes(objects: readonly ObjectOutcomes[]): SqlStatement {
  const rows = objects.flatMap(({ targetId, outcomes }) =>
    outcomes.map((outcome) => ({ target_id: targetId, reason: null, message: null, ...asRow(outcome) })),
  );
  return { text: WRITE, values: [JSON.stringify(rows)] };
}

/** Notes that the writes that are under way for objects have failed, and will be tried again. */
export async function noteFailure(
  tx: ChangeTransaction,
  targetId: string,
  message: string,
  seconds: number,
): Promise<void> {
  await tx.query(
    `UPDATE trigger_record SET phase = 'Failed', reason = 'Unreachable', message = $2, attempts = attempts + 1,
            next_try = now() + make_interval(secs => $3)
      WHERE target_id = $1 AND phase IN ('Writing', 'Failed') AND finished_at IS NULL`,
    [targetId, message, seconds],
  );
}

function asRow(outcome: Outcome): object {
  if (outcome.phase !== 'Written') return outcome;
  const { resourceVersion, ...row } = outcome;
  return { ...row, resource_version: resourceVersion };
}

const WRITE = `WITH outcome AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS outcome
      (target_id bigint, tag text, position bigint, phase text, reason text, message text, images jsonb, resource_version text)
  ), changed AS (
    UPDATE trigger_record record
       SET phase = outcome.phase, reason = outcome.reason, message = outcome.message,
           images = CASE WHEN old.phase = 'Written' THEN record.images ELSE outcome.images END,
           resource_version = CASE WHEN old.phase = 'Written' THEN record.resource_version ELSE outcome.resource_version END,
           restored = record.restored + CASE WHEN old.phase = 'Written' THEN 1 ELSE 0 END,
           attempts = record.attempts + CASE WHEN outcome.phase = 'Skipped' THEN 0 ELSE 1 END,
           before = NULL, next_try = NULL, finished_at = now()
      FROM outcome JOIN trigger_record old USING (target_id, tag, position)
     WHERE record.seq = old.seq AND (old.phase <> 'Written' OR outcome.phase = 'Written')
    RETURNING record.target_id, record.tag, record.image, record.images, record.phase, old.phase AS was
  )
  SELECT target_id, tag, image, images FROM changed WHERE phase = 'Written' AND was <> 'Written'`;
