import type { TestSystem } from '@faktorz/testing';

/** A row of tag-tracker's change log. */
export interface LogEntry {
  position: bigint;
  recordedAt: Date;
  resource: string;
  change: 'ADDED' | 'MODIFIED' | 'DELETED' | '';
  namespace: string;
  name: string;
  event?: LoggedEvent;
}

export interface LoggedEvent {
  id: string;
  type: string;
  subject: string;
  data: { tag?: string; stream: string; image?: string; previousImage?: string };
}

export const STREAMS = 'imagestreams.image.openshift.io';
/** What a webhook of these tests asks for: all that happens to tags. */
export const TAG_EVENTS = ['TagUpdated', 'TagDeleted', 'StreamDeleted'];

/** What tag-tracker logged about a namespace after a position, oldest first. */
export async function readLog(system: TestSystem, namespace: string, after = 0n): Promise<LogEntry[]> {
  const rows = await system.query<
    Omit<LogEntry, 'position' | 'event'> & { position: string; event: LoggedEvent | null }
  >(
    `SELECT position, recorded_at AS "recordedAt", resource, change, namespace, name, event FROM tag_tracker.change_log
      WHERE namespace = $1 AND position > $2 ORDER BY position`,
    [namespace, String(after)],
  );
  return rows.map(({ position, event, ...row }) => ({ ...row, position: BigInt(position), event: event ?? undefined }));
}

/** The name of an event's type: `TagUpdated`. */
export function kindOf(event: { type: string }): string {
  return event.type.split('.')[2] ?? '';
}

/** Is it one of `TAG_EVENTS`? */
export function isTagEvent(entry: LogEntry): entry is LogEntry & { event: LoggedEvent } {
  return entry.event !== undefined && TAG_EVENTS.includes(kindOf(entry.event));
}

/** A history entry as it came into being, also of tags and streams that are gone. */
export interface HistoryEntry {
  stream: string;
  tag: string;
  image: string;
  since: bigint;
}

/** All history entries of a namespace in the order in which they were made. */
export async function readHistory(system: TestSystem, namespace: string): Promise<HistoryEntry[]> {
  const rows = await system.query<{ stream: string; tag: string; image: string; since: string }>(
    `SELECT h.name AS stream, e.tag, e.image, min(e.valid_from) AS since
       FROM tag_tracker.tag_event_version e
       JOIN (SELECT DISTINCT uid, namespace, name FROM tag_tracker.image_stream_version) h ON h.uid = e.stream_uid
      WHERE h.namespace = $1 GROUP BY h.name, e.stream_uid, e.tag, e.seq, e.image ORDER BY since, e.seq`,
    [namespace],
  );
  return rows.map((row) => ({ ...row, since: BigInt(row.since) }));
}

/** What is still to be done, by kind; empty when the system has come to rest. */
export async function openWork(system: TestSystem): Promise<Record<string, number>> {
  const [row] = await system.query<Record<string, string>>(
    `SELECT (SELECT count(*) FROM importer.import_job) AS "imports",
            (SELECT count(*) FROM tag_tracker.finished_import) AS "finished imports",
            (SELECT count(*) FROM trigger_dispatcher.webhook_delivery WHERE phase = 'Pending') AS "deliveries",
            (SELECT greatest(0, c.last_event_position - coalesce(min(k.position), 0))
               FROM tag_tracker.change_counter c LEFT JOIN trigger_dispatcher.consumer_cursor k ON k.owner = 'tag-tracker'
              GROUP BY c.last_event_position) AS "events for trigger-dispatcher",
            (SELECT greatest(0, c.last_event_position - coalesce(min(k.position), 0))
               FROM tag_tracker.change_counter c LEFT JOIN importer.consumer_cursor k ON k.owner = 'tag-tracker'
              GROUP BY c.last_event_position) AS "events for importer",
            (SELECT greatest(0, c.last_event_position - coalesce(min(k.position), 0))
               FROM importer.change_counter c LEFT JOIN tag_tracker.consumer_cursor k ON k.owner = 'importer'
              GROUP BY c.last_event_position) AS "events for tag-tracker"`,
  );
  return Object.fromEntries(
    Object.entries(row ?? {}).flatMap(([name, count]) => (Number(count) > 0 ? [[name, Number(count)]] : [])),
  );
}

/** Dead letters of all services. */
export async function deadLetters(system: TestSystem): Promise<string[]> {
  const letters: string[] = [];
  for (const schema of ['auth', 'tag_tracker', 'importer', 'trigger_dispatcher']) {
    const rows = await system.query<{ text: string }>(
      `SELECT concat_ws(' ', handler, event->>'id', message) AS text FROM ${schema}.dead_letter`,
    );
    letters.push(...rows.map(({ text }) => `${schema}: ${text}`));
  }
  return letters;
}
