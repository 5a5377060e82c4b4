import { history, type StreamView } from '../image-streams.js';
import type { StreamWriter } from './stream-writer.js';
import { type HistoryEntry, isTagEvent, kindOf, type LogEntry, STREAMS } from './system-log.js';
import { compareEffects, GONE, type SeenEffect } from './tag-operation.js';
import type { Arrival } from './webhook-receiver.js';

/** What the log's events did to the tags of a stream, by tag. */
export function effectsOf(log: readonly LogEntry[], stream: string): Map<string, SeenEffect[]> {
  const effects = new Map<string, SeenEffect[]>();
  const add = (tag: string, effect: string, position: bigint): void => {
    const known = effects.get(tag) ?? [];
    if (effect === GONE && (known.at(-1)?.effect ?? GONE) === GONE) return; // it had no image
    effects.set(tag, [...known, { effect, position }]);
  };
  for (const entry of log) {
    if (!isTagEvent(entry) || entry.event.data.stream !== stream) continue;
    const { tag = '', image = '' } = entry.event.data;
    if (kindOf(entry.event) === 'TagUpdated') add(tag, image, entry.position);
    else if (kindOf(entry.event) === 'TagDeleted') add(tag, GONE, entry.position);
    else for (const any of effects.keys()) add(any, GONE, entry.position);
  }
  return effects;
}

/** Every acknowledged operation had its effect, once and in order, and nothing else happened. */
export function checkOperations(
  writers: readonly StreamWriter[],
  log: readonly LogEntry[],
): { problems: string[]; late: number } {
  const problems: string[] = [];
  let late = 0;
  for (const writer of writers) {
    problems.push(...writer.problems);
    const effects = effectsOf(log, writer.stream);
    for (const tag of writer.tags) {
      const compared = compareEffects(`${writer.stream}:${tag}`, writer.operationsOn(tag), effects.get(tag) ?? []);
      problems.push(...compared.problems);
      late += compared.late;
    }
  }
  return { problems, late };
}

/** Every new history entry has one `TagUpdated`, every `TagUpdated` one entry, and each says what was there before. */
export function checkHistory(entries: readonly HistoryEntry[], log: readonly LogEntry[]): string[] {
  const problems: string[] = [];
  const bySubject = (items: readonly { subject: string; image: string }[]): Map<string, string[]> => {
    const found = new Map<string, string[]>();
    for (const { subject, image } of items) found.set(subject, [...(found.get(subject) ?? []), image]);
    return found;
  };
  const namespace = log[0]?.namespace ?? '';
  const made = bySubject(
    entries.map(({ stream, tag, image }) => ({ subject: `${namespace}/${stream}:${tag}`, image })),
  );
  const updates = log.filter(isTagEvent).filter(({ event }) => kindOf(event) === 'TagUpdated');
  const told = bySubject(updates.map(({ event }) => ({ subject: event.subject, image: event.data.image ?? '' })));
  for (const subject of new Set([...made.keys(), ...told.keys()])) {
    const [history, events] = [made.get(subject) ?? [], told.get(subject) ?? []];
    const index = history.findIndex((image, at) => events[at] !== image);
    if (index >= 0 || history.length !== events.length) {
      problems.push(`${subject}: ${history.length} history entries, ${events.length} events; they differ at ${index}`);
    }
  }
  const streams = new Set(updates.map(({ event }) => event.data.stream));
  for (const stream of streams) problems.push(...checkPreviousImages(stream, log));
  return problems;
}

function checkPreviousImages(stream: string, log: readonly LogEntry[]): string[] {
  const problems: string[] = [];
  const images = new Map<string, string>();
  for (const entry of log) {
    if (!isTagEvent(entry) || entry.event.data.stream !== stream) continue;
    const { tag = '', image, previousImage } = entry.event.data;
    if (kindOf(entry.event) === 'StreamDeleted') {
      images.clear();
      continue;
    }
    if (previousImage !== images.get(tag)) {
      problems.push(
        `${entry.event.id}: ${entry.event.subject} was ${images.get(tag)}, the event says ${previousImage}`,
      );
    }
    if (image === undefined) images.delete(tag);
    else images.set(tag, image);
  }
  return problems;
}

/** The API shows what the events say, and no history has an entry twice. */
export function checkState(streams: readonly StreamView[], log: readonly LogEntry[]): string[] {
  const problems: string[] = [];
  const names = new Set(log.filter(isTagEvent).map(({ event }) => event.data.stream));
  for (const name of names) {
    const stream = streams.find(({ metadata }) => metadata.name === name);
    for (const [tag, effects] of effectsOf(log, name)) {
      const images = history(stream, tag);
      const shown = images[0] ?? GONE;
      const last = effects.at(-1)?.effect ?? GONE;
      if (shown !== last) problems.push(`${name}:${tag} is ${shown}, the last event says ${last}`);
      const double = images.find((image, index) => image === images[index + 1]);
      if (double !== undefined) problems.push(`${name}:${tag} has ${double} twice in a row in its history`);
      const since = effects
        .slice(effects.findLastIndex(({ effect }) => effect === GONE) + 1)
        .map(({ effect }) => effect);
      if (images.join() !== since.toReversed().join())
        problems.push(`${name}:${tag}: its history is not that of its events`);
    }
  }
  return problems;
}

/** What came of the deliveries. */
export interface DeliveryCheck {
  problems: string[];
  /** Attempts that arrived. */
  attempts: number;
  /** Attempts for events that had been accepted before. */
  duplicates: number;
  /** Milliseconds from commit to first arrival, in ascending order. */
  delaysMs: number[];
}

/** Every event arrived, all about one subject in order, each under the one id it has in the log, always the same. */
export function checkDeliveries(arrivals: readonly Arrival[], log: readonly LogEntry[]): DeliveryCheck {
  const problems: string[] = [];
  const logged = new Map(log.filter(isTagEvent).map((entry) => [entry.event.id, entry]));
  const bodies = new Map<string, string>();
  const accepted = new Set<string>();
  const newest = new Map<string, bigint>();
  const delaysMs: number[] = [];
  let duplicates = 0;
  for (const { id, subject, position, body, at, status } of arrivals) {
    const entry = logged.get(id);
    if (entry === undefined) problems.push(`${id} about ${subject} was delivered and is in no log`);
    else if (entry.position !== position) problems.push(`${id} was delivered as position ${position}`);
    if (!bodies.has(id) && entry) delaysMs.push(at - entry.recordedAt.getTime());
    if ((bodies.get(id) ?? body) !== body) problems.push(`${id} was delivered with two bodies`);
    bodies.set(id, body);
    const last = newest.get(subject) ?? -1n;
    if (position < last) problems.push(`${subject}: ${position} was delivered after ${last}`);
    else newest.set(subject, position);
    if (accepted.has(id)) duplicates++;
    if (status === 200) accepted.add(id);
  }
  for (const [id, { event }] of logged) {
    if (!accepted.has(id)) problems.push(`${id} (${kindOf(event)} of ${event.subject}) was never accepted`);
  }
  return { problems, attempts: arrivals.length, duplicates, delaysMs: delaysMs.sort((a, b) => a - b) };
}

/** One event of a watch: what it is about, and the images of the stream's tags in it. */
export interface WatchedChange {
  type: string;
  name: string;
  position: bigint;
  images: string;
}

/** The watch saw exactly the log's changes of streams, in order, each as of its position. */
export function checkWatch(
  watcher: string,
  seen: readonly WatchedChange[],
  log: readonly LogEntry[],
  stream?: string,
): string[] {
  const wanted = expectedChanges(log).filter(({ name }) => stream === undefined || name === stream);
  const problems: string[] = [];
  for (let index = 0; index < Math.max(seen.length, wanted.length) && problems.length < 5; index++) {
    const [is, ought] = [seen[index], wanted[index]];
    const text = (change?: WatchedChange): string =>
      change ? `${change.type} ${change.name}@${change.position}` : 'nothing';
    if (text(is) !== text(ought)) problems.push(`${watcher}: event ${index} is ${text(is)} instead of ${text(ought)}`);
    else if (is?.images !== ought?.images)
      problems.push(`${watcher}: ${text(is)} shows ${is?.images} instead of ${ought?.images}`);
  }
  return problems;
}

/** What a watch of all streams has to show: each change with the images its own events leave. */
export function expectedChanges(log: readonly LogEntry[]): WatchedChange[] {
  const changes: WatchedChange[] = [];
  const images = new Map<string, Map<string, string>>();
  for (const entry of log) {
    const tags = images.get(entry.name) ?? new Map<string, string>();
    images.set(entry.name, tags);
    if (entry.resource === STREAMS)
      changes.push({ type: entry.change, name: entry.name, position: entry.position, images: '' });
    // The events of a change follow it in the log.
    const { tag = '', image } = entry.event?.data ?? {};
    if (entry.event && kindOf(entry.event) === 'TagUpdated' && image) tags.set(tag, image);
    else if (entry.event && kindOf(entry.event) === 'TagDeleted') tags.delete(tag);
    const change = changes.findLast(({ name }) => name === entry.name);
    if (change) change.images = imagesText(tags);
    if (entry.event && kindOf(entry.event) === 'StreamDeleted') tags.clear();
  }
  return changes;
}

/** Images by tag as one text, to compare. */
export function imagesText(images: ReadonlyMap<string, string>): string {
  return [...images]
    .map(([tag, image]) => `${tag}=${image.slice(7, 19)}`)
    .sort()
    .join(' ');
}
