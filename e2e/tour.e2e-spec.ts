import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, imageList, randomImage } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { history, streamPath, type StreamView } from './support/image-streams.js';
import type { Ran } from './support/program.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

const PROJECT = 'harbour';
const UPDATED = 'io.faktorz.TagUpdated.v1';
const DELETED = 'io.faktorz.TagDeleted.v1';
const CHECK_INTERVAL_SECONDS = 1;
/** How long nothing may come, where nothing should. */
const QUIET_MS = 1_500;

let bench: Acceptance;
let receiver: WebhookReceiver;

beforeAll(async () => {
  bench = await Acceptance.start({
    env: {
      FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: String(CHECK_INTERVAL_SECONDS),
      FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0',
    },
  });
  receiver = await WebhookReceiver.start();
  await succeed(faktorz('new-project', PROJECT));
}, 120_000);

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

function faktorz(...args: string[]): Promise<Ran> {
  return bench.faktorz(args);
}

async function succeed(running: Promise<Ran>): Promise<string> {
  const ran = await running;
  expect(ran).toMatchObject({ code: 0 });
  return ran.stdout;
}

function stream(name: string): Promise<StreamView | undefined> {
  return bench.object<StreamView>(streamPath(PROJECT, name));
}

/** Makes a webhook for the events of one stream and gives the receiver the key out of its Secret. */
async function subscribe(name: string, streamName: string): Promise<void> {
  const webhook = {
    apiVersion: 'events.faktorz.io/v1',
    kind: 'Webhook',
    metadata: { name },
    spec: { url: receiver.url, types: ['TagUpdated', 'TagDeleted'], streams: [streamName] },
  };
  await succeed(faktorz('create', '-f', await bench.manifest(`${name}.json`, webhook)));
  const secret = await succeed(
    bench.kubectl(['-n', PROJECT, 'get', 'secret', `${name}-signing`, '-o', 'jsonpath={.data.secret}']),
  );
  receiver.trust(Buffer.from(secret, 'base64').toString());
}

describe('a tag that moves', () => {
  const digests: string[] = [];

  it('is told to a webhook: signed, in order, once each', async () => {
    await subscribe('crane', 'ship');
    const source = `${bench.registry.host}/yard/ship:1`;

    digests.push(await bench.registry.push('yard/ship:1', randomImage()));
    await succeed(faktorz('import-image', 'ship:1', `--from=${source}`, '--confirm', '--insecure'));
    digests.push(await bench.registry.push('yard/ship:1', imageList([randomImage({ form: 'docker' })], 'docker')));
    await succeed(faktorz('import-image', 'ship:1', '--import-mode=PreserveOriginal'));
    await succeed(faktorz('tag', '--alias', 'ship:1', 'ship:stable'));
    digests.push(await bench.registry.push('yard/ship:1', randomImage()));
    await succeed(faktorz('import-image', 'ship:1'));
    await succeed(faktorz('import-image', 'ship:1')); // nothing has changed: nothing is told
    await succeed(faktorz('tag', '-d', 'ship:stable'));

    const events = await receiver.events(6);
    const [first, second, third] = digests;
    // Order is promised per tag.
    const told = (tag: string) =>
      events
        .filter(({ subject }) => subject === `${PROJECT}/ship:${tag}`)
        .map(({ type, data }) => [type, data.image, data.cause]);
    expect(told('1')).toEqual([
      [UPDATED, first, 'import'],
      [UPDATED, second, 'import'],
      [UPDATED, third, 'import'],
    ]);
    expect(told('stable')).toEqual([
      [UPDATED, second, 'tag'],
      [UPDATED, third, 'follow'],
      [DELETED, undefined, undefined],
    ]);
    expect(events.find(({ data }) => data.image === second)?.data.previousImage).toBe(first);
    expect(receiver.deliveries.every(({ isSigned }) => isSigned)).toBe(true);
    expect(receiver.deliveries.every(({ contentType }) => contentType.startsWith('application/cloudevents+json'))).toBe(
      true,
    );
    expect(receiver.deliveries.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(new Set(events.map(({ id }) => id)).size).toBe(6);
    expect(history(await stream('ship'), '1')).toEqual([third, second, first]);
  });

  it('leaves its deliveries readable', async () => {
    const printed = await succeed(
      bench.kubectl(['-n', PROJECT, 'get', 'webhookdeliveries', '-o', 'jsonpath={.items[*].status.phase}']),
    );
    expect(printed.split(' ')).toEqual(Array.from({ length: 6 }, () => 'Delivered'));
  });
});

describe('a scheduled tag', () => {
  it('notices by itself that the outside tag has moved', async () => {
    receiver.deliveries.length = 0;
    await subscribe('watcher', 'tug');
    const first = await bench.registry.push('yard/tug:1', randomImage());
    await succeed(faktorz('tag', '--scheduled', '--insecure', `${bench.registry.host}/yard/tug:1`, 'tug:nightly'));
    await receiver.events(1);
    const second = await bench.registry.push('yard/tug:1', randomImage());
    const events = await receiver.events(2, 15_000);
    expect(events.map(({ data }) => data.image)).toEqual([first, second]);
    expect(history(await stream('tug'), 'nightly')).toEqual([second, first]);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS)); // more checks pass, nothing moves
    expect(receiver.deliveries).toHaveLength(2);
  });
});

describe('a webhook', () => {
  it('is tried again after a failure, and holds back what follows on the same tag', async () => {
    receiver.deliveries.length = 0;
    await subscribe('retrying', 'raft');
    const source = `${bench.registry.host}/yard/raft:1`;
    receiver.status = 503;
    const first = await bench.registry.push('yard/raft:1', randomImage());
    await succeed(faktorz('import-image', 'raft:1', `--from=${source}`, '--confirm', '--insecure'));
    await receiver.events(1);
    const second = await bench.registry.push('yard/raft:1', randomImage());
    await succeed(faktorz('import-image', 'raft:1'));
    receiver.status = 204;
    const images = () => receiver.deliveries.map(({ event }) => event.data.image);
    await eventually('the second move told', () => images().includes(second), 20_000);
    expect(images().at(-1)).toBe(second);
    expect(images().slice(0, -1).length).toBeGreaterThan(1);
    expect(new Set(images().slice(0, -1))).toEqual(new Set([first]));
    expect(new Set(receiver.deliveries.map(({ id }) => id)).size).toBe(2);
  });

  it('says no more once it is deleted', async () => {
    await succeed(bench.kubectl(['-n', PROJECT, 'delete', 'webhook', 'retrying']));
    receiver.deliveries.length = 0;
    await succeed(faktorz('tag', '-d', 'raft:1'));
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    expect(receiver.deliveries).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ['an address that is none', { url: 'nonsense' }, /spec\.url/],
    ['another scheme', { url: 'ftp://example.com/' }, /spec\.url/],
    ['an unknown event', { url: 'http://127.0.0.1:1/', types: ['TagVanished'] }, /spec\.types/],
    ['no address', {}, /spec\.url/],
  ])('is refused with %s', async (_what, spec, field) => {
    const manifest = { apiVersion: 'events.faktorz.io/v1', kind: 'Webhook', metadata: { name: 'wrong' }, spec };
    const ran = await faktorz('create', '-f', await bench.manifest('wrong.json', manifest));
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(field) });
    expect((await bench.kubectl(['-n', PROJECT, 'get', 'webhook', 'wrong'])).stderr).toContain('NotFound');
  });
});

describe('at the end', () => {
  it('everything goes with its project', async () => {
    await succeed(bench.kubectl(['delete', 'namespace', PROJECT, '--timeout=30s']));
    await eventually('no stream', async () => (await stream('ship')) === undefined);
    expect((await bench.kubectl(['get', 'is', '-A'])).stderr).toBe('No resources found\n');
  });
});
