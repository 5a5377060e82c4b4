import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../kube-object.js';
import type { Representation } from '../negotiation/accept.js';
import type { ListOptions } from '../request/list-options.js';
import type { RequestContext, ResourceDefinition } from '../resource-definition.js';
import { fixedValue, matchesFields } from '../selection/field-selector.js';
import { matchesLabels } from '../selection/label-selector.js';
import { tooLargeVersion } from '../status/errors.js';
import { statusOf, toApiError } from '../status/status-object.js';
import type { ListPage } from '../storage.js';
import type { IncludeObject } from '../table/table.js';
import { EventEncoder } from './event-encoder.js';
import { watchEventOf } from './watch-transition.js';
import { WatchStream } from './watch-stream.js';

/** Without `timeoutSeconds` a watch lives a random time between these, so that clients do not all come back at once. */
const SHORTEST_MS = 30 * 60_000;
const LONGEST_MS = 60 * 60_000;

export interface WatchAsk {
  definition: ResourceDefinition;
  options: ListOptions;
  /** Its signal ends the watch. */
  context: RequestContext;
  representation: Representation;
  include: IncludeObject;
  response: ServerResponse;
  headers: Readonly<Record<string, string | string[]>>;
  bookmarkIntervalMs: number;
  /** Called with what went wrong inside the server while the stream was open. */
  onError(error: unknown): void;
}

/**
 * Serves one watch until its time is over or the client leaves. What goes wrong before the first byte is thrown; later
 * failures are the stream's last event.
 */
export async function serveWatch(ask: WatchAsk): Promise<void> {
  const { definition, options, context, response } = ask;
  const end = new AbortController();
  const { signal } = end;
  if (context.signal.aborted) end.abort();
  else context.signal.addEventListener('abort', () => end.abort(), { once: true });
  const encoder = new EventEncoder(definition, ask.representation.shape, ask.include);
  const stream = new WatchStream(response, signal);
  const initial = wantsInitialState(options) ? await initialPage(ask) : undefined;
  const progress = { position: initial?.position ?? options.resourceVersion ?? (await newestPosition(ask)) };

  stream.open(ask.headers);
  const timers = startTimers(ask, end, () => stream.offer(encoder.bookmark(progress.position)));
  try {
    if (initial) {
      for await (const object of initial.items) {
        if (signal.aborted) break;
        await stream.send(encoder.event('ADDED', object));
      }
      timers.allowBookmarks();
      if (options.sendInitialEvents && options.allowsBookmarks)
        await stream.send(encoder.bookmark(progress.position, true));
    } else {
      timers.allowBookmarks();
    }
    await follow(ask, signal, progress, (type, object) => stream.send(encoder.event(type, object)));
  } catch (error) {
    if (!signal.aborted) {
      const failure = toApiError(error);
      if (failure.code === 500) ask.onError(error);
      await stream.send(encoder.error(statusOf(failure)));
    }
  } finally {
    timers.stop();
    end.abort();
    stream.end();
  }
}

/** No version, version 0 and `sendInitialEvents` ask for what is there now, as ADDED events, before what changes. */
function wantsInitialState({ resourceVersion, sendInitialEvents }: ListOptions): boolean {
  return sendInitialEvents ?? (resourceVersion === undefined || resourceVersion === 0n);
}

async function initialPage({ definition, options, context }: WatchAsk): Promise<ListPage<KubeObject>> {
  const { labels, fields, resourceVersion } = options;
  const page = await definition.handlers.list!({ namespace: context.namespace, labels, fields }, context);
  if (resourceVersion !== undefined && resourceVersion > page.position)
    throw tooLargeVersion(resourceVersion, page.position);
  return page;
}

/** `sendInitialEvents=false` without a version: from now on. */
async function newestPosition({ definition, context }: WatchAsk): Promise<bigint> {
  const page = await definition.handlers.list!({ namespace: context.namespace, limit: 1 }, context);
  await page.items[Symbol.asyncIterator]().return?.();
  return page.position;
}

async function follow(
  ask: WatchAsk,
  signal: AbortSignal,
  progress: { position: bigint },
  send: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => Promise<void>,
): Promise<void> {
  const { definition, options, context } = ask;
  const { labels, fields } = options;
  const hasSelectors = labels.length > 0 || fields.length > 0;
  const matches = (object: KubeObject): boolean =>
    matchesLabels(labels, object.metadata.labels) && matchesFields(fields, object, definition.fields);
  const query = {
    namespace: context.namespace ?? fixedValue(fields, 'metadata.namespace'),
    name: fixedValue(fields, 'metadata.name'),
    after: progress.position,
    withPrevious: hasSelectors,
  };
  for await (const change of definition.handlers.changes!(query, { ...context, signal })) {
    if (signal.aborted) return;
    if (change.type !== 'PROGRESS') {
      const event = hasSelectors ? watchEventOf(change, matches) : change;
      if (event) await send(event.type, event.object);
    }
    if (change.position > progress.position) progress.position = change.position;
  }
}

/** Bookmarks now and then and one before the end; the end itself. */
function startTimers(ask: WatchAsk, end: AbortController, bookmark: () => void) {
  const { timeoutSeconds, allowsBookmarks } = ask.options;
  const lifetimeMs =
    timeoutSeconds !== undefined && timeoutSeconds > 0
      ? Math.min(timeoutSeconds * 1000, 2 ** 31 - 1)
      : SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS);
  let areBookmarksDue = false;
  const offer = (): void => {
    if (allowsBookmarks && areBookmarksDue) bookmark();
  };
  const ticking = setInterval(offer, ask.bookmarkIntervalMs);
  const ending = setTimeout(() => {
    offer();
    end.abort();
  }, lifetimeMs);
  return {
    /** A bookmark during the initial events would promise what was not sent yet. */
    allowBookmarks: () => {
      areBookmarksDue = true;
    },
    stop: () => {
      clearInterval(ticking);
      clearTimeout(ending);
    },
  };
}
