import type { KubeObject } from '@faktorz/apimachinery';
import { TRIGGERS_API_VERSION } from '../cluster/cluster.js';

/**
 * Pending: to be written when the object's turn comes. Writing: under way. Written: the object shows the image because of
 * this change. Skipped: nothing is written, `reason` says why. Failed: could not be written; with a next try, it will be
 * tried again.
 */
export type TriggerPhase = 'Pending' | 'Writing' | 'Written' | 'Skipped' | 'Failed';

/** Why nothing was written. */
export type SkipReason =
  /** A newer change of the tag came before the write began. */
  | 'Superseded'
  /** The trigger is paused, or not automatic. */
  | 'Paused'
  /** The object showed the image already. */
  | 'UpToDate'
  /** The tag does not exist, or points at no image: the object keeps what it has. */
  | 'TagMissing'
  | 'ContainerMissing'
  /** The trigger cannot be understood. */
  | 'InvalidTrigger'
  /** Another trigger of the object has to be mended, or resolved, before any of them writes. */
  | 'HeldBack'
  /** The object no longer names the tag. */
  | 'TriggerRemoved'
  /** The object was deleted before. */
  | 'ObjectGone';

/** Why it could not be written: the cluster does not answer, or the object does not take the image. */
export type FailReason = 'Unreachable' | 'Refused';

/** An image that was set. */
export interface WrittenImage {
  container: string;
  fieldPath: string;
  from: string;
  to: string;
}

/** What became of one change of a tag at one object that names it, as a row. */
export interface TriggerRecordRow {
  seq: string;
  cluster: string;
  resource: string;
  namespace: string;
  name: string;
  uid: string;
  tag: string;
  position: string;
  image: string | null;
  changed_at: Date | null;
  cause: string | null;
  caused_by: string | null;
  phase: TriggerPhase;
  reason: string | null;
  message: string | null;
  images: WrittenImage[] | null;
  resource_version: string | null;
  attempts: number;
  restored: number;
  next_try: Date | null;
  recorded_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** The same in its API shape; read-only. */
export interface TriggerRecord extends KubeObject {
  spec: {
    streamNamespace: string;
    stream: string;
    tag: string;
    image?: string;
    change: { eventId?: string; time?: string; cause?: string; by?: string };
    target: { cluster?: string; apiVersion: string; kind: string; name: string; uid: string };
  };
  status: {
    phase: TriggerPhase;
    reason?: string;
    message?: string;
    images?: WrittenImage[];
    resourceVersion?: string;
    attempts: number;
    restored?: number;
    nextTry?: string;
    started?: string;
    finished?: string;
  };
}

/** The kind of objects of a resource, as `why` and `trace` name it. */
export interface TargetKind {
  apiVersion: string;
  kind: string;
}

/** A record's name: its object's, and its number. */
export function recordName({ name, seq }: Pick<TriggerRecordRow, 'name' | 'seq'>): string {
  return `${name}.${seq}`;
}

/** The parts of a record's name; `undefined` when it is none. */
export function recordNumber(name: string): { name: string; seq: string } | undefined {
  const match = /^(.+)\.([1-9][0-9]{0,17})$/.exec(name);
  return match ? { name: match[1]!, seq: match[2]! } : undefined;
}

/** `namespace/stream:tag` in parts. */
export function partsOfTag(tag: string): { namespace: string; stream: string; tag: string } {
  const slash = tag.indexOf('/');
  const colon = tag.indexOf(':', slash);
  return { namespace: tag.slice(0, slash), stream: tag.slice(slash + 1, colon), tag: tag.slice(colon + 1) };
}

/** A record as the API shows it. */
export function triggerRecord(row: TriggerRecordRow, { apiVersion, kind }: TargetKind): TriggerRecord {
  const { namespace: streamNamespace, stream, tag } = partsOfTag(row.tag);
  return {
    apiVersion: TRIGGERS_API_VERSION,
    kind: 'TriggerRecord',
    metadata: {
      name: recordName(row),
      namespace: row.namespace,
      creationTimestamp: row.recorded_at.toISOString().replace(/\.\d+Z$/, 'Z'),
    },
    spec: {
      streamNamespace,
      stream,
      tag,
      ...(row.image !== null && { image: row.image }),
      change: {
        ...(row.position !== '0' && { eventId: `tag-tracker:${row.position}` }),
        ...(row.changed_at && { time: row.changed_at.toISOString() }),
        ...(row.cause !== null && { cause: row.cause }),
        ...(row.caused_by !== null && { by: row.caused_by }),
      },
      target: { ...(row.cluster !== '' && { cluster: row.cluster }), apiVersion, kind, name: row.name, uid: row.uid },
    },
    status: {
      phase: row.phase,
      ...(row.reason !== null && { reason: row.reason }),
      ...(row.message !== null && { message: row.message }),
      ...(row.images && { images: row.images }),
      ...(row.resource_version !== null && { resourceVersion: row.resource_version }),
      attempts: row.attempts,
      ...(row.restored > 0 && { restored: row.restored }),
      ...(row.next_try && { nextTry: row.next_try.toISOString() }),
      ...(row.started_at && { started: row.started_at.toISOString() }),
      ...(row.finished_at && { finished: row.finished_at.toISOString() }),
    },
  };
}
