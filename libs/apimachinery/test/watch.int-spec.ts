import { describe, expect, it } from '@jest/globals';
import { client } from './client.js';
import { openWatch } from './watch-client.js';
import { startWidgetServer } from './widget-server.js';

const WIDGETS = '/apis/test.faktorz.io/v1/namespaces/test/widgets';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const MERGE = 'application/merge-patch+json';

function widget(name: string, labels: Record<string, string> = {}) {
  return { apiVersion: 'test.faktorz.io/v1', kind: 'Widget', metadata: { name, labels }, spec: {} };
}

describe('a watch', () => {
  it('delivers every change after its version, once and in order', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const first = await api.post(WIDGETS, widget('one'));
    using watch = await openWatch(
      `${server.address}${WIDGETS}?watch=true&resourceVersion=${first.body.metadata.resourceVersion}`,
    );
    await api.post(WIDGETS, widget('two'));
    await api.patch(`${WIDGETS}/two`, MERGE, { spec: { size: 5 } });
    await api.delete(`${WIDGETS}/one`);
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Widget', metadata: { name: 'two', resourceVersion: '102' } },
    });
    expect(await watch.next()).toMatchObject({
      type: 'MODIFIED',
      object: { metadata: { name: 'two' }, spec: { size: 5 } },
    });
    expect(await watch.next()).toMatchObject({
      type: 'DELETED',
      object: { metadata: { name: 'one', resourceVersion: '104' } },
    });
  });

  it('without a version begins with what is there', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    for (const query of ['watch=true', 'watch=1&resourceVersion=0']) {
      using watch = await openWatch(`${server.address}${WIDGETS}?${query}`);
      expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
      expect(await watch.isQuiet(30)).toBe(true);
    }
    using legacy = await openWatch(`${server.address}/apis/test.faktorz.io/v1/watch/namespaces/test/widgets/one`);
    await api.post(WIDGETS, widget('two'));
    await api.patch(`${WIDGETS}/one`, MERGE, { spec: { size: 7 } });
    expect(await legacy.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
    expect(await legacy.next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'one' } } });
  });

  it('marks the end of the initial events when asked to', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    using watch = await openWatch(`${server.address}${WIDGETS}?${query}`);
    expect(await watch.next()).toMatchObject({ type: 'ADDED' });
    expect(await watch.next()).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'Widget',
        apiVersion: 'test.faktorz.io/v1',
        metadata: { resourceVersion: '101', annotations: { 'k8s.io/initial-events-end': 'true' } },
      },
    });
    await api.post(WIDGETS, widget('two'));
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'two' } } });
    const refused = await api.get(`${WIDGETS}?watch=true&sendInitialEvents=true`);
    expect(refused).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'resourceVersionMatch' }] } } });
  });

  it('turns changes into ADDED and DELETED where an object starts or stops to match', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    using watch = await openWatch(`${server.address}${WIDGETS}?watch=true&resourceVersion=101&labelSelector=app%3Dx`);
    await api.patch(`${WIDGETS}/one`, MERGE, { metadata: { labels: { app: 'x' } } });
    await api.patch(`${WIDGETS}/one`, MERGE, { spec: { size: 2 } });
    await api.patch(`${WIDGETS}/one`, MERGE, { metadata: { labels: { app: 'y' } } });
    await api.delete(`${WIDGETS}/one`);
    await api.post(WIDGETS, widget('two', { app: 'x' }));
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { resourceVersion: '102' } } });
    expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { resourceVersion: '103' } } });
    expect(await watch.next()).toMatchObject({
      type: 'DELETED',
      object: { metadata: { resourceVersion: '104', labels: { app: 'x' } } },
    });
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'two' } } });
  });

  it('shows tables, naming the columns once', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    using watch = await openWatch(`${server.address}${WIDGETS}?watch=true&resourceVersion=100`, { accept: TABLE });
    await api.post(WIDGETS, widget('one'));
    await api.post(WIDGETS, widget('two'));
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}], rows: [{ cells: ['one', 1, ''] }] },
    });
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Table', columnDefinitions: null, rows: [{ cells: ['two', 1, ''] }] },
    });
  });

  it('says that its version is too old', async () => {
    await using server = await startWidgetServer();
    server.widgets.trim(100n);
    using watch = await openWatch(`${server.address}${WIDGETS}?watch=true&resourceVersion=5`);
    expect(watch.status).toBe(200);
    expect(await watch.rest()).toMatchObject([
      {
        type: 'ERROR',
        object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 5 (100)' },
      },
    ]);
  });

  it('sends bookmarks, also just before its time is over', async () => {
    await using server = await startWidgetServer({ bookmarkIntervalMs: 300 });
    const api = client(server.address);
    const watching = openWatch(
      `${server.address}${WIDGETS}?watch=true&resourceVersion=100&allowWatchBookmarks=true&timeoutSeconds=1`,
    );
    await api.post(WIDGETS, widget('one'));
    using watch = await watching;
    const events = await watch.rest();
    expect(events.filter(({ type }) => type === 'ADDED')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '101' } } });
    expect(events.filter(({ type }) => type === 'BOOKMARK').length).toBeGreaterThan(2);
  });

  it('ends when the server closes', async () => {
    const server = await startWidgetServer();
    using watch = await openWatch(`${server.address}${WIDGETS}?watch=true`);
    const closing = server.app.close();
    expect(await watch.rest()).toEqual([]);
    await closing;
  });

  it('reaches a thousand watchers', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const url = `${server.address}${WIDGETS}?watch=true&resourceVersion=100`;
    const watches = await Promise.all(Array.from({ length: 1000 }, () => openWatch(url)));
    await api.post(WIDGETS, widget('one'));
    const events = await Promise.all(watches.map((watch) => watch.next()));
    expect(new Set(events.map(({ object }) => object.metadata.uid)).size).toBe(1);
    for (const watch of watches) watch[Symbol.dispose]();
  }, 30_000);
});
