import { Injectable } from '@nestjs/common';
import type { KubeObject } from '@faktorz/apimachinery';
import { type Claimed, type ChangeTransaction, claimWork, Database, lockClaim, Wakeups } from '@faktorz/persistence';
import { resourceOf, type TriggerTarget } from '../targets/target.js';
import { type ImageTrigger, InvalidTriggers, readTriggers } from './trigger-annotation.js';
import { type ObjectState, stateOf } from './triggered-object.js';

/** Nudged when an object may have to be brought up to date. */
export const TRIGGERS_CHANNEL = 'faktorz_trigger_dispatcher_triggers';

/** An object that names tags, as it was at `version`. */
export interface TriggerRow {
  resource: string;
  namespace: string;
  name: string;
  uid: string;
  version: string;
  state: ObjectState;
  wanted: string;
  failures: number;
}

export interface Written {
  version: string;
  state: ObjectState;
}

export interface ObjectName {
  namespace: string;
  name: string;
}

const WORK = { table: 'trigger_target', keyColumns: ['resource', 'namespace', 'name'] };
export const LEASE_SECONDS = 15;
const MOST_WAIT_SECONDS = 30;
const KEY = 'resource = $1 AND namespace = $2 AND name = $3';

/** Which objects name which tags, and which of them are to be looked at. */
@Injectable()
export class TriggerTargetStore {
  constructor(
    private readonly database: Database,
    private readonly wakeups: Wakeups,
  ) {}

  /** An object as a watch or a write shows it. It is looked at when its triggers or images are new. */
  async see(target: TriggerTarget, object: KubeObject): Promise<void> {
    const { namespace = '', name, uid = '', resourceVersion = '0' } = object.metadata;
    const state = stateOf(object, target);
    if (!state) return this.forget(target, { namespace, name }, resourceVersion);
    const values = [
      resourceOf(target),
      namespace,
      name,
      uid,
      resourceVersion,
      JSON.stringify(state),
      tagsOf(state, namespace),
    ];
    const changed = await this.database.query(
      `INSERT INTO trigger_target AS known (resource, namespace, name, uid, version, state, tags)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::text[])
        ON CONFLICT (resource, namespace, name) DO UPDATE SET uid = $4, version = $5, state = $6::jsonb, tags = $7::text[],
          due_at = CASE WHEN known.state = $6::jsonb AND known.uid = $4 THEN known.due_at ELSE now() END,
          wanted = known.wanted + CASE WHEN known.state = $6::jsonb AND known.uid = $4 THEN 0 ELSE 1 END
        WHERE known.version < $5::bigint
        RETURNING due_at IS NOT NULL AS due`,
      values,
    );
    if (changed[0]?.['due'] === true) this.wakeups.notify(TRIGGERS_CHANNEL);
  }

  /** An object that was gone, or had no triggers, at a version. */
  async forget(target: TriggerTarget, { namespace, name }: ObjectName, version: string): Promise<void> {
    await this.database.query(`DELETE FROM trigger_target WHERE ${KEY} AND version <= $4::bigint`, [
      resourceOf(target),
      namespace,
      name,
      version,
    ]);
  }

  /** Forgets all objects of a kind but these, which were all there were at a version. */
  async keepOnly(target: TriggerTarget, names: readonly ObjectName[], version: string): Promise<void> {
    await this.database.query(
      `DELETE FROM trigger_target WHERE resource = $1 AND version <= $2::bigint
        AND NOT (namespace || '/' || name) = ANY($3::text[])`,
      [resourceOf(target), version, names.map(({ namespace, name }) => `${namespace}/${name}`)],
    );
  }

  /** Records that all objects that name a tag have to be looked at. */
  async recordTag(tx: ChangeTransaction, tag: string): Promise<void> {
    const found = await tx.query(
      'UPDATE trigger_target SET due_at = now(), wanted = wanted + 1 WHERE tags @> ARRAY[$1::text] RETURNING 1',
      [tag],
    );
    if (found.length > 0) tx.wake(TRIGGERS_CHANNEL);
  }

  /** Records that every object has to be looked at. */
  async recordAll(tx: ChangeTransaction): Promise<void> {
    await tx.query('UPDATE trigger_target SET due_at = now(), wanted = wanted + 1');
  }

  claim(limit: number): Promise<Claimed<TriggerRow>[]> {
    return claimWork<TriggerRow>(this.database, {
      ...WORK,
      where: 'due_at <= now()',
      orderBy: 'due_at',
      limit,
      leaseSeconds: LEASE_SECONDS,
    });
  }

  /**
   * Ends a run; false when the claim was lost. `written` is the object as the run left it. A reason to look that came
   * meanwhile has the object looked at again.
   */
  async finish(tx: ChangeTransaction, row: Claimed<TriggerRow>, written?: Written): Promise<boolean> {
    if (!(await lockClaim(tx, WORK, row))) return false;
    await tx.query(
      `UPDATE trigger_target SET claim_token = NULL, claimed_until = NULL, failures = 0,
          due_at = CASE WHEN wanted = $4 THEN NULL ELSE now() END
        WHERE ${KEY}`,
      [row.resource, row.namespace, row.name, row.wanted],
    );
    if (!written) return true;
    await tx.query(`UPDATE trigger_target SET version = $4, state = $5::jsonb WHERE ${KEY} AND version < $4::bigint`, [
      row.resource,
      row.namespace,
      row.name,
      written.version,
      JSON.stringify(written.state),
    ]);
    return true;
  }

  /** Ends a run that failed: it is tried again after a while, a longer one each time. */
  async postpone({ resource, namespace, name, failures, claim_token }: Claimed<TriggerRow>): Promise<void> {
    const seconds = Math.min(MOST_WAIT_SECONDS, 2 ** Math.min(failures, 5));
    await this.database.query(
      `UPDATE trigger_target SET claim_token = NULL, claimed_until = NULL, failures = failures + 1,
          due_at = now() + make_interval(secs => $5)
        WHERE ${KEY} AND claim_token = $4`,
      [resource, namespace, name, claim_token, seconds],
    );
  }

  readonly work = WORK;
}

/** Tags whose moves concern the object; none when its annotation cannot be read, which the run reports. */
function tagsOf({ annotation }: ObjectState, namespace: string): string[] {
  try {
    return [...new Set(readTriggers(annotation, namespace).map(tagName))];
  } catch (error) {
    if (error instanceof InvalidTriggers) return [];
    throw error;
  }
}

export function tagName({ namespace, stream, tag }: ImageTrigger): string {
  return `${namespace}/${stream}:${tag}`;
}
