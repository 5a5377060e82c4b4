import type { ApiClient, Query } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import type { KubeObject } from '../client/kube-object.js';
import { TRIGGER_RECORDS } from '../client/known-resources.js';
import { listObjects } from '../resources/get-object.js';

/** What became of one change of a tag at one object. */
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
    phase: string;
    reason?: string;
    message?: string;
    images?: { container: string; fieldPath: string; from: string; to: string }[];
    resourceVersion?: string;
    attempts: number;
    restored?: number;
    nextTry?: string;
    started?: string;
    finished?: string;
  };
}

/** The records a field selector chooses, newest first. */
export async function readRecords(
  client: ApiClient,
  namespace: string | undefined,
  fields: Record<string, string>,
): Promise<TriggerRecord[]> {
  const query: Query = { limit: '500', fieldSelector: fieldSelector(fields) };
  const records = (await listObjects(client, TRIGGER_RECORDS, namespace, query)) as TriggerRecord[];
  return records.sort((a, b) => numberOf(b) - numberOf(a));
}

/** As `readRecords` of all projects; of one where the user may see no more. */
export async function readRecordsEverywhere(
  client: ApiClient,
  namespace: string,
  fields: Record<string, string>,
): Promise<TriggerRecord[]> {
  try {
    return await readRecords(client, undefined, fields);
  } catch (error) {
    if (!(error instanceof ApiError && error.httpStatus === 403)) throw error;
    return readRecords(client, namespace, fields);
  }
}

export function fieldSelector(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([field, value]) => `${field}=${value}`)
    .join(',');
}

/** `team/ruby:2.0`. */
export function tagOf({ spec }: TriggerRecord): string {
  return `${spec.streamNamespace}/${spec.stream}:${spec.tag}`;
}

/** `change tag-tracker:24 (push by ann)`. */
export function changeText({ spec: { change } }: TriggerRecord): string {
  const how = [change.cause, change.by && `by ${change.by}`].filter(Boolean).join(' ');
  return `change ${change.eventId ?? 'of unknown date'}${how && ` (${how})`}`;
}

/** `Skipped: Paused, the message`. */
export function outcomeText({ status: { phase, reason, message, nextTry } }: TriggerRecord): string {
  const why = [reason, message].filter(Boolean).join(', ');
  return `${phase}${why && `: ${why}`}${nextTry ? `, next try at ${nextTry}` : ''}`;
}

function numberOf({ metadata }: TriggerRecord): number {
  return Number(/\.(\d+)$/.exec(metadata?.name ?? '')?.[1] ?? 0);
}
