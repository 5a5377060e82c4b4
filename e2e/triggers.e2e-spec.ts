import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startSystem, type TestSystem } from '@faktorz/testing';

const NAMESPACE = 'rollout';
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const STREAMS = `/apis/image.openshift.io/v1/namespaces/${NAMESPACE}/imagestreams`;
const BASE = 'spec.template.spec.containers';

interface Deployment {
  metadata: { generation: number; managedFields?: { manager: string }[] };
  spec: { template: { spec: { containers: { name: string; image: string }[] } } };
}

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ replicas: { 'trigger-dispatcher': 2 } });
  await send('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
}, 120_000);
afterAll(() => system.stop(), 60_000);

async function send<T>(method: string, path: string, json?: unknown, type = 'application/json'): Promise<T> {
  const headers = { 'content-type': type };
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await system.request(path, { method, headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** A stream with one tag that is a mere reference: nothing has to be imported. */
const stream = (name: string, image: string) => ({
  metadata: { name },
  spec: { tags: [{ name: 'stable', reference: true, from: { kind: 'DockerImage', name: image } }] },
});

function move(name: string, image: string): Promise<unknown> {
  return send('PATCH', `${STREAMS}/${name}`, stream(name, image), 'application/strategic-merge-patch+json');
}

function deployment(name: string, streamName: string, fieldPath = `${BASE}[?(@.name=="main")].image`): object {
  const triggers = [{ from: { kind: 'ImageStreamTag', name: `${streamName}:stable` }, fieldPath }];
  return {
    metadata: { name, annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: ' ' }] } },
    },
  };
}

const read = (name: string) => send<Deployment>('GET', `${DEPLOYMENTS}/${name}`);
const imageOf = ({ spec }: Deployment) => spec.template.spec.containers[0]?.image;

function untilImage(name: string, image: string): Promise<Deployment> {
  return eventually(`${name} shows ${image}`, async () => {
    const object = await read(name);
    return imageOf(object) === image && object;
  });
}

describe('a deployment that follows a tag', () => {
  it('gets the image of the tag, of each move, and again when somebody else changes it', async () => {
    await send('POST', STREAMS, stream('parrot', 'quay.test/parrot:1'));
    await send('POST', DEPLOYMENTS, deployment('follows', 'parrot'));
    await untilImage('follows', 'quay.test/parrot:1');
    await move('parrot', 'quay.test/parrot:2');
    const moved = await untilImage('follows', 'quay.test/parrot:2');
    expect(moved.metadata.managedFields?.map(({ manager }) => manager)).toContain('faktorz-trigger-dispatcher');
    expect(moved.metadata.generation).toBe(3);

    const containers = [{ name: 'main', image: 'else.test/where:1' }];
    const patch = { spec: { template: { spec: { containers } } } };
    await send('PATCH', `${DEPLOYMENTS}/follows`, patch, 'application/strategic-merge-patch+json');
    await untilImage('follows', 'quay.test/parrot:2');
  }, 30_000);

  it('waits for a tag that does not exist yet, and says so', async () => {
    await send('POST', DEPLOYMENTS, deployment('waits', 'finch'));
    await untilWarned('waits', 'TriggerUnresolved');
    await send('POST', STREAMS, stream('finch', 'quay.test/finch:1'));
    await untilImage('waits', 'quay.test/finch:1');
  }, 30_000);

  it('is told when it has no such container', async () => {
    await send('POST', DEPLOYMENTS, deployment('lacks', 'parrot', `${BASE}[?(@.name=="other")].image`));
    await untilWarned('lacks', 'TriggerFailed');
    expect(imageOf(await read('lacks'))).toBe(' ');
  }, 30_000);

  it('ends at the newest image and never goes back, whatever dies on the way', async () => {
    await send('POST', STREAMS, stream('heron', 'quay.test/heron:0'));
    const names = ['h1', 'h2', 'h3', 'h4'];
    for (const name of names) await send('POST', DEPLOYMENTS, deployment(name, 'heron'));
    const seen = new Map(names.map((name) => [name, [] as number[]]));
    for (let round = 1; round <= 40; round += 1) {
      await move('heron', `quay.test/heron:${round}`);
      if (round === 10) await system.kill('trigger-dispatcher', 0);
      if (round === 20) await system.kill('workloads');
      if (round === 30) await system.kill('nats-server');
      if (round % 20 < 5) continue; // what was killed comes back
      for (const name of names) seen.get(name)?.push(numberOf(await read(name).catch(() => undefined)));
    }
    for (const name of names) {
      await eventually(`${name} shows the newest image`, async () => numberOf(await read(name)) === 40, 40_000);
      const shown = (seen.get(name) ?? []).filter((number) => number >= 0);
      expect(shown).toEqual([...shown].sort((a, b) => a - b));
    }
  }, 120_000);
});

/** Number of the image that is shown; -1 when that cannot be read now. */
function numberOf(object: Deployment | undefined): number {
  const number = /heron:(\d+)$/.exec(object ? (imageOf(object) ?? '') : '')?.[1];
  return number === undefined ? -1 : Number(number);
}

async function untilWarned(name: string, reason: string): Promise<void> {
  const query = encodeURIComponent(`involvedObject.name=${name},reason=${reason}`);
  await eventually(`${name} is warned: ${reason}`, async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/events?fieldSelector=${query}`;
    return (await send<{ items: unknown[] }>('GET', path)).items.length > 0;
  });
}
