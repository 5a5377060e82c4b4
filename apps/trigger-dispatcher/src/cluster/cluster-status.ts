import { ApiError } from '@faktorz/apimachinery';
import { ClusterUnreachable, ClusterUnusable } from './cluster-client.js';
import type { ClusterConnection } from './cluster-connection.js';
import { type ClusterCondition, type ClusterStatus, timeText, withCondition } from './cluster.js';
import type { InformerState } from './target-informer.js';

/** What is known of a cluster by those who watch it. */
export interface ClusterFindings {
  connection?: Pick<ClusterConnection, 'server' | 'isTlsVerified'>;
  /** By resource, or namespace and resource. */
  states: ReadonlyMap<string, InformerState>;
  lastContact?: Date;
}

type Condition = Omit<ClusterCondition, 'lastTransitionTime'>;

/** The status after what was found out. */
export function statusOf(
  old: ClusterStatus,
  { connection, states, lastContact }: ClusterFindings,
  now: Date,
): ClusterStatus {
  const watched = [...states].filter(([, state]) => state === 'watching').map(([name]) => resourceIn(name));
  const kinds = [...new Set(watched)].sort();
  const found = [readiness(states), ...(connection ? [verification(connection.isTlsVerified)] : [])];
  const conditions = found.reduce((all, condition) => withCondition(all, condition, now), old.conditions ?? []);
  const lastContactTime = lastContact ? timeText(toTheMinute(lastContact)) : old.lastContactTime;
  return {
    conditions,
    ...(lastContactTime !== undefined && { lastContactTime }),
    ...((connection?.server ?? old.server) !== undefined && { server: connection?.server ?? old.server }),
    ...(kinds.length > 0 ? { kinds } : old.kinds && { kinds: old.kinds }),
  };
}

/** Ready: every kind that the cluster has is watched. */
function readiness(states: ReadonlyMap<string, InformerState>): Condition {
  const failed = [...states].find((entry): entry is [string, Error] => entry[1] instanceof Error);
  if (failed) {
    const [resource, error] = failed;
    return { type: 'Ready', status: 'False', reason: reasonOf(error), message: `${resource}: ${error.message}` };
  }
  const watched = [...states.values()].filter((state) => state === 'watching').length;
  if (watched > 0 && !hasUnknown(states))
    return { type: 'Ready', status: 'True', reason: 'Watching', message: `${watched} kinds are watched` };
  return { type: 'Ready', status: 'Unknown', reason: 'Connecting', message: 'the cluster has not answered yet' };
}

function hasUnknown(states: ReadonlyMap<string, InformerState>): boolean {
  return [...states.values()].includes('beginning');
}

function verification(isTlsVerified: boolean): Condition {
  return isTlsVerified
    ? { type: 'TLSVerified', status: 'True', reason: 'Verified', message: 'the certificate of the cluster is checked' }
    : {
        type: 'TLSVerified',
        status: 'False',
        reason: 'InsecureSkipTLSVerify',
        message:
          'the kubeconfig says that the certificate of the cluster is not to be checked: whoever is between can read and change everything',
      };
}

function reasonOf(error: Error): string {
  if (error instanceof ClusterUnusable) return error.reason;
  if (error instanceof ClusterUnreachable) return 'Unreachable';
  return error instanceof ApiError ? (error.reason ?? 'ApiError') : 'Failed';
}

/** A watch of one namespace is named `namespace/resource`. */
function resourceIn(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

function toTheMinute(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 60_000) * 60_000);
}
