import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../kube-object.js';
import type { RestClient, StatusView } from './rest-subject.contract.js';

interface WatchEvent {
  type: string;
  object: KubeObject;
}

const WITHIN_MS = 20_000;

/** Watches: every change once and in order, from where the client left off. */
export function watchContract(client: () => RestClient): void {
  const changes = async (query: string, isLast: (event: WatchEvent) => boolean): Promise<WatchEvent[]> => {
    const { send, collection } = client().subject;
    const answer = await send(`${collection}?watch=true&timeoutSeconds=30&${query}`, {
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    expect(answer.status).toBe(200);
    const events: WatchEvent[] = [];
    for await (const event of eventsIn(answer.body!)) {
      events.push(event);
      if (isLast(event)) return events;
    }
    throw new Error(`the watch ended after ${JSON.stringify(events)}`);
  };
  const version = async (): Promise<string> => (await client().list()).body.metadata.resourceVersion;
  const seen = (events: readonly WatchEvent[]) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);

  describe('a watch', () => {
    it('tells every change after a version, in order and once', async () => {
      const from = await version();
      const name = client().newName();
      await client().create(name, { labels: { watch: 'all' } });
      await client().patch(name, 'merge', { metadata: { labels: { step: '2' } } });
      await client().delete(name);
      const events = await changes(
        `resourceVersion=${from}&fieldSelector=metadata.name%3D${encodeURIComponent(name)}`,
        ({ type }) => type === 'DELETED',
      );
      const types = events.map(({ type }) => type);
      expect([types[0], types.at(-1)]).toEqual(['ADDED', 'DELETED']);
      expect(new Set(types.slice(1, -1))).toEqual(new Set(['MODIFIED']));
      expect(events.some(({ object }) => object.metadata.labels?.['step'] === '2')).toBe(true);
      const versions = events.map(({ object }) => BigInt(object.metadata.resourceVersion!));
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => Number(a - b)));
    });

    it('begins and ends for an object when its labels do', async () => {
      const from = await version();
      const name = client().newName();
      await client().create(name);
      await client().patch(name, 'merge', { metadata: { labels: { phase: 'in' } } });
      await client().patch(name, 'merge', { metadata: { labels: { phase: 'out' } } });
      const events = await changes(
        `resourceVersion=${from}&labelSelector=phase%3Din`,
        ({ type }) => type === 'DELETED',
      );
      const own = events.filter(({ type }) => type !== 'MODIFIED');
      expect(seen(own)).toEqual([`ADDED ${name}`, `DELETED ${name}`]);
    });

    it('begins with what is there and says when that is all, if asked to', async () => {
      const name = client().newName();
      await client().create(name, { labels: { stream: 'initial' } });
      const events = await changes(
        'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=stream%3Dinitial',
        ({ type }) => type === 'BOOKMARK',
      );
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
      expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    });

    it('from a version that is none is refused', async () => {
      const answer = await client().list<StatusView>('?watch=true&resourceVersion=new');
      expect(answer).toMatchObject({ status: 400, body: { kind: 'Status', reason: 'BadRequest' } });
    });

    it('ends by itself when its time is over', async () => {
      const { send, collection } = client().subject;
      const answer = await send(`${collection}?watch=true&timeoutSeconds=1&resourceVersion=${await version()}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toContain('ERROR');
    });
  });
}

async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
  }
}
