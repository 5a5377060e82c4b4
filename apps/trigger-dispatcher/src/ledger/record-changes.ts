import type { ChangeTransaction, SqlStatement } from '@faktorz/persistence';
import type { TagChange } from '../trigger/tag-change.js';
import { holdIndex, TRIGGERS_CHANNEL, TURN_STEP } from '../trigger/index-lock.js';

/**
 * Records what a change asks for: a row for each object that names the tag, and that these objects be looked at. Older changes
 * that nobody has begun to write are superseded. All in the transaction that advances the cursor; recorded again, nothing
 * is added.
 *
 * Lanes are locked before records, as everywhere.
 */
export async function recordChange(tx: ChangeTransaction, change: TagChange): Promise<void> {
  const { tag, position } = change;
  const [, , lanes] = await tx.queryAll([
    holdIndex('exclusively'),
    noteNewest(change),
    { text: OPEN_LANES, values: [tag] },
    { text: SUPERSEDE, values: [[tag], position] },
    { text: ADD_RECORDS, values: recordValues(change) },
  ]);
  if (lanes && lanes.length > 0) tx.wake(TRIGGERS_CHANNEL);
}

/** Records that tags are gone: their objects keep the images they have. */
export async function recordDeletion(
  tx: ChangeTransaction,
  tags: readonly string[],
  { position, time, by }: Omit<TagChange, 'tag' | 'image'>,
): Promise<void> {
  await tx.queryAll([
    holdIndex('exclusively'),
    { text: 'DELETE FROM tag_change WHERE tag = ANY($1::text[])', values: [tags] },
    { text: SUPERSEDE, values: [tags, position] },
    { text: ADD_DELETIONS, values: [tags, position, time, by] },
  ]);
}

/** The tags of a stream (`namespace/stream`) that have an image. */
export async function tagsOfStream(tx: ChangeTransaction, stream: string): Promise<string[]> {
  // All that begins with the name and a colon; a semicolon comes next.
  const rows = await tx.query<{ tag: string }>(
    `SELECT tag FROM tag_change WHERE tag > $1 || ':' AND tag < $1 || ';' ORDER BY tag`,
    [stream],
  );
  return rows.map(({ tag }) => tag);
}

/** Forgets the newest changes of all tags: what they are now has to be asked. */
export async function forgetChanges(tx: ChangeTransaction): Promise<void> {
  await tx.query('DELETE FROM tag_change');
}

/** Remembers a change as its tag's newest, unless it or a newer one is known. */
export function noteNewest(change: TagChange): SqlStatement {
  return noteWhere('known.position < excluded.position', change);
}

/** Remembers what a tag was when the log had come to a position at least, unless that or something newer is known. */
export function noteAnswer(answer: TagChange): SqlStatement {
  return noteWhere('known.position <= excluded.position AND known.image IS DISTINCT FROM excluded.image', answer);
}

function noteWhere(isNews: string, { tag, position, image, time, cause, by }: TagChange): SqlStatement {
  return {
    text: `INSERT INTO tag_change AS known (tag, position, image, changed_at, cause, caused_by) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (tag) DO UPDATE SET position = excluded.position, image = excluded.image,
             changed_at = excluded.changed_at, cause = excluded.cause, caused_by = excluded.caused_by
       WHERE ${isNews}`,
    values: [tag, position, image, time, cause, by],
  };
}

/** Forgets what a tag was: at a position it pointed at nothing. */
export function forgetUntil({ tag, position }: Pick<TagChange, 'tag' | 'position'>): SqlStatement {
  return { text: 'DELETE FROM tag_change WHERE tag = $1 AND position <= $2::bigint', values: [tag, position] };
}

function recordValues({ tag, position, image, time, cause, by }: TagChange): unknown[] {
  return [tag, position, image, time, cause, by];
}

const OPEN_LANES = `INSERT INTO trigger_lane AS lane (target_id, cluster, turn)
  SELECT id, cluster, now() + ${TURN_STEP} * (row_number() OVER (ORDER BY id) - 1)
    FROM trigger_target WHERE tags @> ARRAY[$1::text] ORDER BY id
  ON CONFLICT (target_id) DO UPDATE SET wanted = lane.wanted + 1,
         due_at = CASE WHEN lane.claim_token IS NULL THEN now() ELSE lane.due_at END
  RETURNING 1`;

/** A row whose write has begun is left to who writes it, or to who finds out what came of it. */
const SUPERSEDE = `UPDATE trigger_record
     SET phase = 'Skipped', reason = 'Superseded', message = 'by change ' || $2::text, finished_at = now()
   WHERE tag = ANY($1::text[]) AND phase = 'Pending' AND position < $2::bigint`;

const COLUMNS = `target_id, cluster, resource, namespace, name, uid, tag, position, image, changed_at, cause, caused_by,
  phase, reason, finished_at`;

/** A change that comes when a newer state of the tag is known already has nothing to write. */
const ADD_RECORDS = `INSERT INTO trigger_record (${COLUMNS})
  SELECT target.id, target.cluster, target.resource, target.namespace, target.name, target.uid,
         $1::text, $2::bigint, $3::text, $4::timestamptz, $5::text, $6::text,
         CASE WHEN reason IS NULL THEN 'Pending' ELSE 'Skipped' END, reason, CASE WHEN reason IS NOT NULL THEN now() END
    FROM (SELECT target.*, CASE WHEN known.position > $2::bigint
                             THEN CASE WHEN known.image = $3::text THEN 'UpToDate' ELSE 'Superseded' END END AS reason
            FROM trigger_target target LEFT JOIN tag_change known ON known.tag = $1::text
           WHERE target.tags @> ARRAY[$1::text]
          UNION ALL
          SELECT target.*, 'Paused' FROM trigger_target target WHERE target.paused_tags @> ARRAY[$1::text]) target
  ON CONFLICT (target_id, tag, position) DO NOTHING`;

const ADD_DELETIONS = `INSERT INTO trigger_record (${COLUMNS}, message)
  SELECT target.id, target.cluster, target.resource, target.namespace, target.name, target.uid,
         gone.tag, $2::bigint, NULL, $3::timestamptz, 'deletion', $4::text,
         'Skipped', CASE WHEN gone.tag = ANY(target.tags) THEN 'TagMissing' ELSE 'Paused' END, now(), 'the tag was deleted'
    FROM trigger_target target CROSS JOIN LATERAL unnest(target.tags || target.paused_tags) AS gone (tag)
   WHERE (target.tags && $1::text[] OR target.paused_tags && $1::text[]) AND gone.tag = ANY($1::text[])
  ON CONFLICT (target_id, tag, position) DO NOTHING`;
