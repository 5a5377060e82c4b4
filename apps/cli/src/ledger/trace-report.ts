import type { KubeObject } from '../client/kube-object.js';
import { ColumnWriter } from '../printers/column-writer.js';
import { shortAge } from '../printers/durations.js';
import type { TriggerRecord } from './trigger-record.js';

/** One event on its way to one webhook. */
export interface Delivery extends KubeObject {
  spec: { webhook: string; eventId: string; type: string; subject: string };
  status: { phase: string; attempts: number; finished?: string; lastError?: string; nextAttempt?: string };
}

/** All that is known of one change of a tag. */
export interface TracedChange {
  eventId: string;
  records: TriggerRecord[];
  deliveries: Delivery[];
}

/** Puts records and deliveries together by their changes, the newest change first. */
export function changesOf(records: readonly TriggerRecord[], deliveries: readonly Delivery[]): TracedChange[] {
  const changes = new Map<string, TracedChange>();
  const changeOf = (eventId: string): TracedChange => {
    const known = changes.get(eventId) ?? { eventId, records: [], deliveries: [] };
    changes.set(eventId, known);
    return known;
  };
  for (const record of records) changeOf(record.spec.change.eventId ?? '').records.push(record);
  for (const delivery of deliveries) changeOf(delivery.spec.eventId).deliveries.push(delivery);
  return [...changes.values()].sort((a, b) => numberOf(b.eventId) - numberOf(a.eventId));
}

function numberOf(eventId: string): number {
  return Number(/:(\d+)$/.exec(eventId)?.[1] ?? 0);
}

/** A change in words: where it came from, and what became of it at each object and each webhook. */
export function traceText({ eventId, records, deliveries }: TracedChange, now: Date): string {
  const record = records[0];
  const change = record?.spec.change;
  const lines = [`Change ${eventId === '' ? 'of unknown date' : eventId}${imageText(record)}`];
  if (change?.time) {
    const how = [change.cause, change.by && `by ${change.by}`].filter(Boolean).join(' ');
    lines.push(`  moved ${shortAge(change.time, now)} ago${how && `: ${how}`}, at ${change.time}`);
  } else if (deliveries[0]) lines.push(`  ${deliveries[0].spec.type}`);
  const rows = [...records.map((one) => objectRow(one)), ...deliveries.map((one) => webhookRow(one, change?.time))];
  if (rows.length === 0) return `${lines.join('\n')}\n  nobody was told\n`;
  const table = new ColumnWriter().format([['WHO', 'STATE', 'AFTER', 'WHY'], ...rows]);
  return `${lines.join('\n')}\n\n${table.replace(/^/gm, '  ').trimEnd()}\n`;
}

function imageText(record: TriggerRecord | undefined): string {
  if (!record) return '';
  return record.spec.image === undefined ? ': the tag points nowhere' : `: ${record.spec.image}`;
}

function objectRow({ metadata, spec: { target, change, streamNamespace }, status }: TriggerRecord): string[] {
  const place = metadata?.namespace === streamNamespace ? '' : `${metadata?.namespace}/`;
  const cluster = target.cluster === undefined ? '' : `${target.cluster}: `;
  const images = (status.images ?? []).map(
    ({ container, from }) => `${container && `${container} `}was ${quoted(from)}`,
  );
  const restored = status.restored ? [`set back ${status.restored} times`] : [];
  const next = status.nextTry ? [`next try at ${status.nextTry}`] : [];
  const why = [status.reason, status.message, ...images, ...restored, ...next].filter(Boolean).join(', ');
  return [`${cluster}${place}${target.kind}/${target.name}`, status.phase, after(change.time, status.finished), why];
}

function webhookRow({ spec, status }: Delivery, since: string | undefined): string[] {
  const attempts = status.attempts === 1 ? '' : `${status.attempts} attempts`;
  const next = status.nextAttempt ? `next try at ${status.nextAttempt}` : '';
  const why = [attempts, status.lastError, next].filter(Boolean).join(', ');
  return [`Webhook/${spec.webhook}`, status.phase, after(since, status.finished), why];
}

/** Milliseconds or seconds between two times. */
function after(since: string | undefined, until: string | undefined): string {
  if (since === undefined || until === undefined) return '';
  const ms = Date.parse(until) - Date.parse(since);
  return ms < 10_000 ? `${Math.max(0, ms)}ms` : `${Math.round(ms / 1000)}s`;
}

function quoted(image: string): string {
  return image.trim() === '' ? 'empty' : image;
}
