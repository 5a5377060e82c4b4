import { randomUUID } from 'node:crypto';
import type { SqlStatement } from '@faktorz/persistence';
import type { ObjectName } from '../targets/target.js';
import type { NamedTags } from './named-tags.js';
import type { ObjectState } from './triggered-object.js';

/** After this time without result or extension, another process may take the object: one that took it has died. */
export const LEASE_SECONDS = 10;

/** Objects of one cluster under way, in all replicas: a slow cluster fills no other's place. */
const PER_CLUSTER = 64;
/** So many failures in a row open a cluster's circuit: then one object at a time is tried, after a growing pause. */
export const FAILURES_TO_OPEN = 5;

/** The newest change of a tag that a claimed object names. */
export interface CurrentChange {
  tag: string;
  position: string;
  /** What triggers write. */
  image: string;
  /** Has the tag moved since the object was last looked at? Otherwise it is the object that has changed. */
  isMove: boolean;
  /** The tag's image that the object was last seen with; null where it has never shown one. */
  shown: string | null;
}

/** A row of the ledger whose outcome is not known: the process that wrote died, or heard no answer. */
export interface OpenRecord {
  tag: string;
  position: string;
  image: string;
  phase: 'Pending' | 'Writing' | 'Failed';
  /** The object when the write began; null where it has not. */
  before: ObjectState | null;
}

/** An object to be looked at by this process, and what is known of the tags it names. */
export interface ClaimedObject extends ObjectName, NamedTags {
  id: string;
  resource: string;
  uid: string;
  version: string;
  state: ObjectState;
  wanted: string;
  failures: number;
  claim_token: string;
  /** Of each tag of which one is known. */
  changes: CurrentChange[] | null;
  /** Of the tags named by paused triggers alone, those of which none is known. */
  unknown_paused_tags: string[];
  open: OpenRecord[] | null;
  /** Failures of its cluster in a row. */
  circuit_failures: number;
}

/**
 * Claims objects that are due, in order of their turns; the cost follows the clusters that have some, not how many wait. Then,
 * in a second statement, which sees all that was recorded before the lanes were locked, the writes begin: the newest
 * change of each tag they name gets its row, or its row goes on, and from now on nothing overtakes it.
 */
export function claimStatements(limit: number): SqlStatement[] {
  const token = randomUUID();
  return [
    { text: CLAIM, values: [limit, token, LEASE_SECONDS] },
    { text: BEGIN_WRITES, values: [token] },
  ];
}

const CLAIM = `WITH RECURSIVE waiting AS (
    (SELECT cluster FROM trigger_lane ORDER BY cluster LIMIT 1)
    UNION ALL
    SELECT (SELECT lane.cluster FROM trigger_lane lane WHERE lane.cluster > waiting.cluster ORDER BY lane.cluster LIMIT 1)
      FROM waiting WHERE waiting.cluster IS NOT NULL
  ), chosen AS MATERIALIZED (
    SELECT ready.row_id
      FROM waiting
      LEFT JOIN cluster_circuit circuit ON circuit.cluster = waiting.cluster AND circuit.failures >= ${FAILURES_TO_OPEN}
      CROSS JOIN LATERAL (
        SELECT CASE WHEN circuit.retry_at > now() THEN 0 WHEN circuit.cluster IS NOT NULL THEN 1 ELSE ${PER_CLUSTER} END
               - count(*) AS free
          FROM trigger_lane busy
         WHERE busy.cluster = waiting.cluster AND busy.claim_token IS NOT NULL AND busy.due_at > now()
      ) place
      CROSS JOIN LATERAL (
        SELECT lane.ctid AS row_id, lane.turn FROM trigger_lane lane
         WHERE lane.cluster = waiting.cluster AND lane.due_at <= now()
         ORDER BY lane.turn LIMIT greatest(place.free, 0) FOR UPDATE SKIP LOCKED
      ) ready
     WHERE waiting.cluster IS NOT NULL
     ORDER BY ready.turn LIMIT $1
  )
  UPDATE trigger_lane lane SET claim_token = $2::uuid, due_at = now() + make_interval(secs => $3)
   -- Locked, so they stay where they are; as an array, so that no plan reads the whole table.
   WHERE lane.ctid = ANY (ARRAY(SELECT row_id FROM chosen))`;

const BEGIN_WRITES = `WITH mine AS (
    SELECT lane.wanted, lane.failures, lane.claim_token, target.*
      FROM trigger_lane lane JOIN trigger_target target ON target.id = lane.target_id WHERE lane.claim_token = $1::uuid
  ), named AS (
    SELECT mine.id, change.* FROM mine CROSS JOIN LATERAL unnest(mine.tags) AS wanted (tag)
      JOIN tag_change change ON change.tag = wanted.tag
  ), appeared AS (
    -- The tag was missing, and is there now.
    DELETE FROM trigger_record record USING named
     WHERE record.target_id = named.id AND record.tag = named.tag AND record.position = 0
  ), paused AS (
    INSERT INTO trigger_record (target_id, cluster, resource, namespace, name, uid, tag, position, image,
             changed_at, cause, caused_by, phase, reason, finished_at)
    SELECT mine.id, mine.cluster, mine.resource, mine.namespace, mine.name, mine.uid, change.tag, change.position, change.image,
           change.changed_at, change.cause, change.caused_by, 'Skipped', 'Paused', now()
      FROM mine CROSS JOIN LATERAL unnest(mine.paused_tags) AS wanted (tag) JOIN tag_change change ON change.tag = wanted.tag
    ON CONFLICT (target_id, tag, position) DO NOTHING
  ), begun AS (
    INSERT INTO trigger_record AS record (target_id, cluster, resource, namespace, name, uid, tag, position, image,
             changed_at, cause, caused_by, phase, before, started_at)
    SELECT mine.id, mine.cluster, mine.resource, mine.namespace, mine.name, mine.uid, named.tag, named.position, named.image,
           named.changed_at, named.cause, named.caused_by, 'Writing', mine.state, now()
      FROM mine JOIN named USING (id)
    ON CONFLICT (target_id, tag, position) DO UPDATE
       SET phase = 'Writing', reason = NULL, message = NULL, started_at = now(),
           -- As it was when the first of several runs began: one of them may have written.
           before = coalesce(record.before, excluded.before),
           next_try = NULL, finished_at = NULL
     WHERE record.phase <> 'Written'
  )
  SELECT mine.*, coalesce(circuit.failures, 0) AS circuit_failures,
         ARRAY(SELECT wanted.tag FROM unnest(mine.paused_tags) AS wanted (tag)
                WHERE NOT EXISTS (SELECT FROM tag_change change WHERE change.tag = wanted.tag)) AS unknown_paused_tags,
         (SELECT jsonb_agg(jsonb_build_object('tag', named.tag, 'position', named.position::text, 'image', named.image,
                   -- As the row was before the write began.
                   'isMove', EXISTS (SELECT FROM trigger_record record WHERE record.target_id = named.id AND record.tag = named.tag
                                        AND record.position = named.position AND record.phase = 'Pending'),
                   'shown', (SELECT record.image FROM trigger_record record
                              WHERE record.target_id = named.id AND record.tag = named.tag
                                AND (record.phase = 'Written' OR record.reason = 'UpToDate')
                              ORDER BY record.position DESC LIMIT 1)))
            FROM named WHERE named.id = mine.id) AS changes,
         (SELECT jsonb_agg(jsonb_build_object('tag', tag, 'position', position::text, 'image', image, 'phase', phase, 'before', before))
            FROM trigger_record record
           WHERE record.target_id = mine.id AND record.finished_at IS NULL
             AND (record.phase <> 'Pending' OR NOT record.tag = ANY (mine.tags))) AS open
    FROM mine LEFT JOIN cluster_circuit circuit ON circuit.cluster = mine.cluster`;
