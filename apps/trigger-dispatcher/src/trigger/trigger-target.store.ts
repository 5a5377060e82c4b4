import { Injectable } from '@nestjs/common';
import type { KubeObject } from '@faktorz/apimachinery';
import { ChangeLog, type ChangeTransaction, Database, type SqlStatement } from '@faktorz/persistence';
import { CLOSE_GONE } from '../ledger/close-records.js';
import { type ObjectName, resourceOf, type TriggerTarget } from '../targets/target.js';
import { holdIndex, TRIGGERS_CHANNEL, TURN_STEP } from './index-lock.js';
import { type NamedTags, namedTags } from './named-tags.js';
import type { ObjectState } from './triggered-object.js';

/** What one watch covers: a kind, in a cluster, in one of its namespaces or in all. */
export interface WatchScope {
  cluster: string;
  target: TriggerTarget;
  namespace?: string;
  /** Token of the claim of the cluster's watch: what a process sees that has lost it is not believed. */
  claim: string;
}

/** An object with triggers as the index keeps it. */
interface SeenObject extends NamedTags {
  namespace: string;
  name: string;
  uid: string;
  version: string;
  state: ObjectState;
}

const IN_SCOPE = 'cluster = $1 AND resource = $2 AND ($3::text IS NULL OR namespace = $3)';

/** The index of objects with triggers: what they look like, and which tags they name. */
@Injectable()
export class TriggerTargetStore {
  constructor(
    private readonly log: ChangeLog,
    private readonly database: Database,
  ) {}

  /** An object as a watch shows it. */
  see(scope: WatchScope, object: KubeObject): Promise<void> {
    return this.seeAll(scope, [object]);
  }

  /** Objects as a list or watch shows them. They are looked at when their triggers or images are new. */
  async seeAll({ cluster, target, claim }: WatchScope, objects: readonly KubeObject[]): Promise<void> {
    const seen: SeenObject[] = [];
    for (const object of objects) {
      const { namespace = '', name, uid = '', resourceVersion: version = '0' } = object.metadata;
      const state = target.notation.stateOf(object);
      if (state) seen.push({ namespace, name, uid, version, state, ...namedTags(target, state, namespace) });
      else await this.forget(target, { cluster, namespace, name }, version);
    }
    if (seen.length === 0) return;
    const values = [cluster, resourceOf(target), JSON.stringify(seen)];
    await this.inIndex(async (tx) => {
      const [, , lanes] = await tx.queryAll([
        holdIndex('shared'),
        { text: REMOVE_NAMESAKES, values },
        { text: KEEP_SEEN, values: [...values, claim] },
      ]);
      if (lanes && lanes.length > 0) tx.wake(TRIGGERS_CHANNEL);
    });
  }

  /** An object that was gone, or had no triggers, at a version. */
  async forget(target: TriggerTarget, { cluster, namespace, name }: ObjectName, version: string): Promise<void> {
    const condition = 'cluster = $1 AND resource = $2 AND namespace = $3 AND name = $4 AND version <= $5::bigint';
    const values = [cluster, resourceOf(target), namespace, name, version];
    // Most objects have no triggers: nothing is locked for them.
    const found = await this.database.query(`SELECT 1 FROM trigger_target WHERE ${condition}`, values);
    if (found.length > 0) await this.remove({ text: condition, values });
  }

  /** Forgets all objects but these, `namespace/name`, which were all there were at a version. */
  async keepOnly(scope: WatchScope, names: readonly string[], version: string): Promise<void> {
    await this.remove({
      text: `${IN_SCOPE} AND version <= $4::bigint AND NOT (namespace || '/' || name) = ANY($5::text[])`,
      values: [...scopeValues(scope), version, names],
    });
  }

  /** The newest version at which an object is known; 0 when there is none. */
  async newestVersion(scope: WatchScope): Promise<bigint> {
    const [row] = await this.database.query<{ newest: string }>(
      `SELECT coalesce(max(version), 0) AS newest FROM trigger_target WHERE ${IN_SCOPE}`,
      scopeValues(scope),
    );
    return BigInt(row?.newest ?? 0);
  }

  /** Forgets all objects, whatever their versions are: the cluster has begun to count anew. */
  async forgetAll(scope: WatchScope): Promise<void> {
    await this.remove({ text: IN_SCOPE, values: scopeValues(scope) });
  }

  /** Forgets all objects of a cluster that is no longer watched. */
  async forgetCluster(tx: ChangeTransaction, cluster: string): Promise<void> {
    await tx.queryAll([holdIndex('shared'), removal({ text: 'cluster = $1', values: [cluster] })]);
  }

  /** Records that every object has to be looked at. */
  async lookAtAll(tx: ChangeTransaction): Promise<void> {
    await tx.queryAll([holdIndex('exclusively'), { text: LOOK_AT_ALL, values: [] }]);
    tx.wake(TRIGGERS_CHANNEL);
  }

  private remove(which: SqlStatement): Promise<void> {
    return this.inIndex((tx) => tx.queryAll([holdIndex('shared'), removal(which)]));
  }

  private async inIndex(work: (tx: ChangeTransaction) => Promise<unknown>): Promise<void> {
    await this.log.transaction(work);
  }
}

function removal({ text, values }: SqlStatement): SqlStatement {
  return { text: `WITH gone AS (DELETE FROM trigger_target WHERE ${text} RETURNING id) ${CLOSE_GONE}`, values };
}

function scopeValues({ cluster, target, namespace }: WatchScope): unknown[] {
  return [cluster, resourceOf(target), namespace ?? null];
}

const SEEN = `seen AS (
    SELECT * FROM jsonb_to_recordset($3::jsonb) AS seen
      (namespace text, name text, uid text, version bigint, state jsonb, tags text[], paused_tags text[])
  )`;

const IS_SEEN = `target.cluster = $1 AND target.resource = $2 AND target.namespace = seen.namespace AND target.name = seen.name`;

/** Older objects of the same name. */
const REMOVE_NAMESAKES = `WITH ${SEEN}, gone AS (
    DELETE FROM trigger_target target USING seen
     WHERE ${IS_SEEN} AND target.uid <> seen.uid AND target.version < seen.version RETURNING target.id
  ) ${CLOSE_GONE}`;

/**
 * While an object is being written, its version tells whether it has to be looked at again: most often it is what has just
 * been written that is seen.
 */
const KEEP_SEEN = `WITH ${SEEN}, before AS (
    SELECT target.id, target.state FROM trigger_target target JOIN seen ON ${IS_SEEN}
  ), kept AS (
    INSERT INTO trigger_target AS known (cluster, resource, namespace, name, uid, version, state, tags, paused_tags)
    SELECT $1, $2, namespace, name, uid, version, state, tags, paused_tags FROM seen
     WHERE EXISTS (SELECT 1 FROM cluster_watch watch WHERE watch.cluster = $1 AND watch.claim_token = $4::uuid)
     ORDER BY namespace, name
    ON CONFLICT (cluster, resource, namespace, name) DO UPDATE
       SET version = excluded.version, state = excluded.state, tags = excluded.tags, paused_tags = excluded.paused_tags
     WHERE known.version < excluded.version AND known.uid = excluded.uid
    RETURNING id, cluster, state
  )
  INSERT INTO trigger_lane AS lane (target_id, cluster, turn)
  SELECT kept.id, kept.cluster, now() + ${TURN_STEP} * (row_number() OVER (ORDER BY kept.id) - 1)
    FROM kept LEFT JOIN before USING (id) WHERE before.state IS DISTINCT FROM kept.state ORDER BY kept.id
  ON CONFLICT (target_id) DO UPDATE
     SET wanted = lane.wanted + CASE WHEN lane.claim_token IS NULL THEN 1 ELSE 0 END,
         due_at = CASE WHEN lane.claim_token IS NULL THEN now() ELSE lane.due_at END
  RETURNING 1`;

const LOOK_AT_ALL = `INSERT INTO trigger_lane AS lane (target_id, cluster, turn)
  SELECT id, cluster, now() + ${TURN_STEP} * (row_number() OVER (ORDER BY id) - 1) FROM trigger_target ORDER BY id
  ON CONFLICT (target_id) DO UPDATE SET wanted = lane.wanted + 1,
         due_at = CASE WHEN lane.claim_token IS NULL THEN now() ELSE lane.due_at END`;
