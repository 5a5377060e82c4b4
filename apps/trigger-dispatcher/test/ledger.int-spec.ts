import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@faktorz/testing';
import type { TriggerRecord } from '../src/ledger/trigger-record.js';
import { DispatcherBench } from './support/dispatcher-bench.js';
import { answer, follows, KubeDesk, status } from './support/kube-desk.js';

let bench: DispatcherBench;
let kube: KubeDesk;

beforeEach(async () => {
  bench = await DispatcherBench.start();
  kube = await KubeDesk.start();
}, 60_000);
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await kube.stop();
}, 30_000);

/** A dispatcher whose own store is the desk. */
const startDispatcher = (env: Record<string, string> = {}) =>
  bench.startDispatcher({ FAKTORZ_WORKLOADS_URL: kube.url, ...env });

/** Waits until nothing is left to do, and returns the ledger in words: `app ruby:1 Written`. */
async function ledger(): Promise<string[]> {
  await untilQuiet();
  return (await bench.records()).map(words);
}

const words = ({ spec, status: { phase, reason } }: TriggerRecord) =>
  [spec.target.name, spec.image ?? spec.tag, phase, reason].filter(Boolean).join(' ');

/** Twice in a row: between two looks work may go from one table to the next. */
async function untilQuiet(): Promise<void> {
  let wasQuiet = false;
  await eventually('nothing is left to do', async () => {
    const isQuiet = await bench.isQuiet();
    const both = isQuiet && wasQuiet;
    wasQuiet = isQuiet;
    if (!both) await sleep(60);
    return both;
  });
}

async function fired(): Promise<string[]> {
  const rows = await bench.database.query<{ name: string }>(
    `SELECT event->'data'->'target'->>'name' AS name FROM change_log WHERE event->>'type' LIKE '%TriggerFired%' ORDER BY position`,
  );
  return rows.map(({ name }) => name);
}

const untilImage = (name: string, image: string) =>
  eventually(`${name} shows ${image}`, async () => kube.image(name) === image);

describe('the ledger', () => {
  it('has one row for each change at each object, with what was written', async () => {
    kube.put('app', [follows('ruby:1')]);
    await startDispatcher();
    await bench.point('ruby:1', 'first');
    await untilImage('app', 'first');
    await untilQuiet();
    await bench.point('ruby:1', 'second');
    await untilImage('app', 'second');
    expect(await ledger()).toEqual(['app first Written', 'app second Written']);
    const [, second] = await bench.records();
    expect(second).toMatchObject({
      spec: {
        streamNamespace: 'team',
        stream: 'ruby',
        tag: '1',
        change: { cause: 'tag', by: 'ann', eventId: expect.stringMatching(/^tag-tracker:\d+$/) },
        target: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
      },
      status: {
        images: [{ container: 'main', from: 'first', to: 'second' }],
        resourceVersion: kube.objects.get('app')?.metadata.resourceVersion,
        attempts: 1,
      },
    });
    expect(kube.of('PATCH')).toHaveLength(2);
    expect(kube.of('GET')).toHaveLength(0);
    expect(await fired()).toEqual(['app', 'app']);
  }, 30_000);

  it('says why nothing was written', async () => {
    kube.put('paused', [follows('ruby:1', { paused: true })]);
    kube.put('early', [follows('ruby:2')]);
    kube.put('wrong', [follows('ruby:1', { fieldPath: 'spec.template.spec.containers[7].image' })]);
    kube.put('there', [follows('ruby:1')], 'first');
    await startDispatcher();
    await eventually('the missing tag is noted', async () => (await bench.records()).length === 3); // of all but the paused one
    await bench.point('ruby:1', 'first');
    expect(await ledger()).toEqual([
      'early 2 Skipped TagMissing',
      'paused first Skipped Paused',
      'there first Skipped UpToDate',
      'wrong first Skipped ContainerMissing',
    ]);
    await bench.drop('ruby:1');
    expect((await ledger()).filter((line) => line.startsWith('there')).at(-1)).toBe('there 1 Skipped TagMissing');
    expect((await ledger()).filter((line) => line.startsWith('paused')).at(-1)).toBe('paused 1 Skipped Paused');
    expect(kube.of('PATCH')).toHaveLength(0);
  }, 30_000);

  it('lets the row of a paused trigger go on when it is no longer paused', async () => {
    kube.put('app', [follows('ruby:1', { paused: true })]);
    await startDispatcher();
    await untilQuiet();
    await bench.point('ruby:1', 'first');
    expect(await ledger()).toEqual(['app first Skipped Paused']);
    kube.put('app', [follows('ruby:1')]);
    await untilImage('app', 'first');
    expect(await ledger()).toEqual(['app first Written']);
    expect(await fired()).toEqual(['app']);
  }, 30_000);

  it('counts how often an image was set back', async () => {
    kube.put('app', [follows('ruby:1')]);
    await startDispatcher();
    await bench.point('ruby:1', 'first');
    await untilImage('app', 'first');
    await untilQuiet();
    kube.setImage('app', 'else');
    await untilImage('app', 'first');
    await untilQuiet();
    const [record] = await bench.records();
    expect(record?.status).toMatchObject({ phase: 'Written', restored: 1, images: [{ from: ' ', to: 'first' }] });
    expect(await fired()).toEqual(['app']);
  }, 30_000);

  it('notes a refusal, and tries again when the object has changed or somebody asks', async () => {
    kube.put('app', [follows('ruby:1')]);
    await startDispatcher();
    await untilQuiet();
    kube.manners = (_request, _carryOut, response) => answer(response, 422, status(422, 'Invalid', 'no such image'));
    await bench.point('ruby:1', 'first');
    await eventually('it is refused', async () => (await ledger()).includes('app first Failed Refused'));
    const [record] = await bench.records('status.phase=Failed');
    expect(record?.status).toMatchObject({ message: 'no such image', attempts: 1 });
    kube.manners = (_request, carryOut) => carryOut();
    const path = `/apis/triggers.faktorz.io/v1/namespaces/team/triggerrecords/${record?.metadata.name}`;
    const { status: code } = await bench.request('POST', `${path}/replay`, { kind: 'TriggerReplay' });
    expect(code).toBe(201);
    await untilImage('app', 'first');
    expect(await ledger()).toEqual(['app first Written']);
    await bench.point('ruby:1', 'second');
    await untilImage('app', 'second');
    expect((await bench.request('POST', `${path}/replay`, { kind: 'TriggerReplay' })).status).toBe(409);
    expect((await bench.request('GET', `${path}x`)).status).toBe(404);
  }, 30_000);
});

describe('a storm', () => {
  it('writes at once, and of what comes during a write just the newest', async () => {
    kube.put('app', [follows('ruby:1')]);
    await startDispatcher();
    await untilQuiet();
    kube.manners = async (_request, carryOut) => {
      await sleep(400);
      carryOut();
    };
    await bench.point('ruby:1', 'a');
    await eventually('the first write is under way', async () => kube.of('PATCH').length === 1);
    for (const image of ['b', 'c', 'd']) await bench.point('ruby:1', image);
    await untilImage('app', 'd');
    expect(await ledger()).toEqual([
      'app a Written',
      'app b Skipped Superseded',
      'app c Skipped Superseded',
      'app d Written',
    ]);
    expect(kube.shown.get('app')).toEqual([' ', 'a', 'd']);
  }, 30_000);

  it('costs one patch for each of many objects, no read, and lets others pass', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `app-${index}`);
    for (const name of names) kube.put(name, [follows('ruby:1')]);
    kube.put('other', [follows('jade:1')]);
    await startDispatcher();
    await startDispatcher();
    await untilQuiet();
    kube.manners = async (_request, carryOut) => {
      await sleep(200);
      carryOut();
    };
    await bench.point('ruby:1', 'first');
    await eventually('it has begun', async () => kube.of('PATCH').length > 20);
    await bench.point('jade:1', 'green');
    await untilImage('other', 'green');
    await untilQuiet();
    expect(kube.requests).toHaveLength(301);
    expect(kube.requests.findIndex(({ name }) => name === 'other')).toBeLessThan(250);
    expect(new Set(kube.of('PATCH').map(({ name }) => name)).size).toBe(301);
    expect(await fired()).toHaveLength(301);
  }, 60_000);
});

describe('a cluster that fails', () => {
  it('is left alone for a while, and gets all that waited when it is back', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `app-${index}`);
    for (const name of names) kube.put(name, [follows('ruby:1')]);
    await startDispatcher();
    await untilQuiet();
    kube.manners = (_request, _carryOut, response) =>
      answer(response, 503, status(503, 'ServiceUnavailable', 'too early'));
    await bench.point('ruby:1', 'first');
    await sleep(2_500);
    expect(kube.requests.length).toBeLessThan(40);
    const [failed] = await bench.records('status.phase=Failed');
    expect(failed?.status).toMatchObject({ reason: 'Unreachable', message: 'too early', nextTry: expect.any(String) });
    kube.manners = (_request, carryOut) => carryOut();
    await eventually('all are written', async () => names.every((name) => kube.image(name) === 'first'), 20_000);
    expect(new Set(await ledger())).toEqual(new Set(names.map((name) => `${name} first Written`)));
    expect(await fired()).toHaveLength(40);
  }, 60_000);
});

describe('a write whose answer is lost', () => {
  it('is found by what the object shows: it is not made again, and told once', async () => {
    kube.put('app', [follows('ruby:1')], 'zero');
    await startDispatcher();
    await untilQuiet();
    kube.manners = (_request, carryOut, response) => {
      carryOut();
      response.destroy();
    };
    await bench.point('ruby:1', 'first');
    await eventually('it is tried', async () => kube.of('PATCH').length > 0);
    kube.manners = (_request, carryOut) => carryOut();
    expect(await ledger()).toEqual(['app first Written']);
    expect(kube.of('PATCH')).toHaveLength(1);
    expect(await fired()).toEqual(['app']);
    const [record] = await bench.records();
    expect(record?.status.images).toMatchObject([{ from: 'zero', to: 'first' }]);
  }, 30_000);

  it('is superseded by a newer change where it did not take place, and stays written where it did', async () => {
    kube.put('lost', [follows('ruby:1')], 'zero');
    kube.put('kept', [follows('ruby:1')], 'zero');
    await startDispatcher();
    await untilQuiet();
    kube.manners = ({ name }, carryOut, response) => {
      if (name === 'kept') carryOut();
      response.destroy();
    };
    await bench.point('ruby:1', 'first');
    await eventually('both are tried', async () => new Set(kube.of('PATCH').map(({ name }) => name)).size === 2);
    await bench.point('ruby:1', 'second');
    await eventually('it is recorded', async () => (await bench.records()).length === 4);
    kube.manners = (_request, carryOut) => carryOut();
    expect(await ledger()).toEqual([
      'kept first Written',
      'kept second Written',
      'lost first Skipped Superseded',
      'lost second Written',
    ]);
    expect(kube.shown.get('lost')).toEqual(['zero', 'second']);
    expect((await fired()).sort()).toEqual(['kept', 'kept', 'lost']);
  }, 30_000);
});

describe('an object that has taken a newer image before its event came', () => {
  /** The tag moves, and its event is still on its way. */
  async function moveUnheard(tag: string, image?: string): Promise<void> {
    if (image === undefined) bench.tags.images.delete(tag);
    else bench.tags.images.set(tag, image);
    await bench.move('another:1');
  }

  it('keeps it', async () => {
    kube.put('app', [follows('ruby:1')]);
    await startDispatcher();
    await bench.point('ruby:1', 'first');
    await untilImage('app', 'first');
    await untilQuiet();
    await moveUnheard('ruby:1', 'third');
    kube.setImage('app', 'third');
    await untilQuiet();
    expect(await ledger()).toEqual(['app first Written', 'app third Skipped UpToDate']);
    expect(kube.shown.get('app')).toEqual([' ', 'first', 'third']);
  }, 30_000);

  it('keeps it when it took it while an older one was being written', async () => {
    kube.put('app', [follows('ruby:1')], 'zero');
    await startDispatcher();
    await untilQuiet();
    kube.manners = async (_request, carryOut) => {
      if (kube.image('app') === 'zero') {
        await moveUnheard('ruby:1', 'third');
        kube.setImage('app', 'third');
      }
      carryOut();
    };
    await bench.point('ruby:1', 'second');
    await eventually('it is tried', async () => kube.of('PATCH').length > 0);
    expect(await ledger()).toContain('app second Skipped Superseded');
    expect(kube.shown.get('app')).toEqual(['zero', 'third']);
  }, 30_000);

  it('gets the newest where it shows neither, and keeps what it has where the tag is gone by then', async () => {
    kube.put('app', [follows('ruby:1')]);
    kube.put('last', [follows('jade:1')]);
    await startDispatcher();
    for (const tag of ['ruby:1', 'jade:1']) await bench.point(tag, 'first');
    for (const name of ['app', 'last']) await untilImage(name, 'first');
    await untilQuiet();
    await moveUnheard('ruby:1', 'second');
    await moveUnheard('jade:1');
    for (const name of ['app', 'last']) kube.setImage(name, 'else');
    await untilImage('app', 'second');
    await untilQuiet();
    expect(kube.shown.get('app')).toEqual([' ', 'first', 'else', 'second']);
    expect(kube.shown.get('last')).toEqual([' ', 'first', 'else']);
  }, 30_000);
});

describe('a tag that was moved before the service began', () => {
  it('is asked for, and never goes back to what the events tell later', async () => {
    await bench.point('ruby:1', 'first');
    await bench.point('ruby:1', 'second');
    kube.put('app', [follows('ruby:1')]);
    kube.put('paused', [follows('ruby:1', { paused: true })]);
    await startDispatcher();
    await untilImage('app', 'second');
    await untilQuiet();
    expect(await ledger()).toContain('paused second Skipped Paused');
    const shown = kube.shown.get('app') ?? [];
    expect(shown.indexOf('second')).toBe(shown.length - 1); // "first" may have been told before the object was known
  }, 30_000);
});
