import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startSystem, type TestSystem } from '@faktorz/testing';
import { streamPath } from './support/image-streams.js';

const NAMESPACE = 'legacy';
const STREAMS = streamPath(NAMESPACE, '').replace(/\/$/, '');
const CONFIGS = `/apis/apps.openshift.io/v1/namespaces/${NAMESPACE}/deploymentconfigs`;
const BUILD_API = `/apis/build.openshift.io/v1/namespaces/${NAMESPACE}`;
const STRATEGIC = 'application/strategic-merge-patch+json';

interface Cause {
  type: string;
  imageTrigger?: { from: { name: string } };
}
interface DeploymentConfig {
  metadata: { name: string };
  spec: {
    triggers: { imageChangeParams?: { lastTriggeredImage?: string } }[];
    template: { spec: { containers: { image: string }[] } };
  };
  status: { latestVersion: number; details?: { message: string; causes: Cause[] } };
}
interface Build {
  metadata: { name: string };
  spec: {
    strategy: { sourceStrategy: { from: { kind: string; name: string } } };
    triggeredBy?: { message: string; imageChangeBuild?: { imageID: string } }[];
  };
}

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ replicas: { 'trigger-dispatcher': 3, workloads: 2 } });
  await send('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
}, 120_000);
afterAll(() => system.stop(), 60_000);

async function send<T>(method: string, path: string, json?: unknown, type = 'application/json'): Promise<T> {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await system.request(path, { method, headers: { 'content-type': type }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** A stream with one tag that is a mere reference: nothing has to be imported. */
const stream = (name: string, image: string) => ({
  metadata: { name },
  spec: { tags: [{ name: 'stable', reference: true, from: { kind: 'DockerImage', name: image } }] },
});
const move = (name: string, image: string) => send('PATCH', `${STREAMS}/${name}`, stream(name, image), STRATEGIC);
const tag = (name: string) => ({ kind: 'ImageStreamTag', name });
const imageTrigger = (name: string, more: object = {}) => ({
  type: 'ImageChange',
  imageChangeParams: { automatic: true, containerNames: ['main'], from: tag(name), ...more },
});
const config = (name: string, triggers: object[]) => ({
  metadata: { name },
  spec: {
    replicas: 1,
    triggers,
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: ' ' }] } },
  },
});
const buildConfig = (name: string, from: string, triggers: object[]) => ({
  metadata: { name },
  spec: {
    source: { git: { uri: 'https://git.test/x.git' } },
    strategy: { sourceStrategy: { from: tag(from) } },
    triggers,
  },
});

const read = (name: string) => send<DeploymentConfig>('GET', `${CONFIGS}/${name}`);
const rolledOut = (name: string, image: string): Promise<DeploymentConfig> =>
  eventually(`${name} is rolled out with ${image}`, async () => {
    const rollout = await controllers(name);
    const found = await read(name);
    const isShown = found.spec.template.spec.containers[0]?.image === image;
    return isShown && rollout.at(-1)?.image === image && found;
  });

async function controllers(name: string): Promise<{ name: string; image: string }[]> {
  const query = encodeURIComponent(`openshift.io/deployment-config.name=${name}`);
  const path = `/api/v1/namespaces/${NAMESPACE}/replicationcontrollers?labelSelector=${query}`;
  const { items } = await send<{ items: (DeploymentConfig & { metadata: { annotations: Record<string, string> } })[] }>(
    'GET',
    path,
  );
  const version = ({ metadata }: (typeof items)[number]) =>
    Number(metadata.annotations['openshift.io/deployment-config.latest-version']);
  return items
    .sort((a, b) => version(a) - version(b))
    .map(({ metadata, spec }) => ({ name: metadata.name, image: spec.template.spec.containers[0]?.image ?? '' }));
}

async function builds(name: string): Promise<Build[]> {
  const query = encodeURIComponent(`openshift.io/build-config.name=${name}`);
  return (await send<{ items: Build[] }>('GET', `${BUILD_API}/builds?labelSelector=${query}`)).items;
}
const imageOf = ({ spec }: Build) => spec.strategy.sourceStrategy.from.name;

describe('a deployment config that follows a tag', () => {
  it('is rolled out once for each image, and says why', async () => {
    await send('POST', CONFIGS, config('follows', [imageTrigger('parrot:stable')]));
    await send('POST', STREAMS, stream('parrot', 'quay.test/parrot:1'));
    const first = await rolledOut('follows', 'quay.test/parrot:1');
    expect(first.status.details).toMatchObject({
      message: 'image change',
      causes: [{ type: 'ImageChange', imageTrigger: { from: { name: 'parrot:stable' } } }],
    });
    for (const number of [2, 3, 4]) {
      await move('parrot', `quay.test/parrot:${number}`);
      const next = await rolledOut('follows', `quay.test/parrot:${number}`);
      expect(next.spec.triggers[0]?.imageChangeParams?.lastTriggeredImage).toBe(`quay.test/parrot:${number}`);
    }
    expect(await controllers('follows')).toEqual(
      [1, 2, 3, 4].map((number) => ({ name: `follows-${number}`, image: `quay.test/parrot:${number}` })),
    );
    // A container that somebody else changes is set back; nothing but images is a reason for a rollout here.
    const containers = [{ name: 'main', image: 'else.test/where:1' }];
    await send('PATCH', `${CONFIGS}/follows`, { spec: { template: { spec: { containers } } } }, STRATEGIC);
    await rolledOut('follows', 'quay.test/parrot:4');
    expect(await controllers('follows')).toHaveLength(4);
  }, 60_000);

  it('is rolled out for nothing while it is paused, and once for all when it goes on', async () => {
    await send('POST', STREAMS, stream('finch', 'quay.test/finch:1'));
    await send('POST', CONFIGS, config('pauses', [{ type: 'ConfigChange' }, imageTrigger('finch:stable')]));
    await rolledOut('pauses', 'quay.test/finch:1');
    await send('PATCH', `${CONFIGS}/pauses`, { spec: { paused: true } }, STRATEGIC);
    await move('finch', 'quay.test/finch:2');
    await move('finch', 'quay.test/finch:3');
    await eventually('the image is written', async () => {
      return (await read('pauses')).spec.template.spec.containers[0]?.image === 'quay.test/finch:3';
    });
    expect(await controllers('pauses')).toHaveLength(1);
    await send('PATCH', `${CONFIGS}/pauses`, { spec: { paused: false } }, STRATEGIC);
    await rolledOut('pauses', 'quay.test/finch:3');
    expect((await controllers('pauses')).map(({ name }) => name)).toEqual(['pauses-1', 'pauses-2']);
  }, 60_000);

  it('with a manual trigger takes the newest image when a rollout is asked for', async () => {
    await send('POST', STREAMS, stream('heron', 'quay.test/heron:1'));
    await send('POST', CONFIGS, config('manual', [imageTrigger('heron:stable', { automatic: false })]));
    await move('heron', 'quay.test/heron:2');
    const ask = { kind: 'DeploymentRequest', name: 'manual', latest: true, force: true };
    const asked = await send<DeploymentConfig>('POST', `${CONFIGS}/manual/instantiate`, ask);
    expect(asked.status).toMatchObject({ latestVersion: 1, details: { causes: [{ type: 'Manual' }] } });
    expect(await controllers('manual')).toEqual([{ name: 'manual-1', image: 'quay.test/heron:2' }]);
  }, 30_000);
});

describe('a build config that follows a tag', () => {
  it('is built once for each image, with the cause, and not while it is paused', async () => {
    await send('POST', STREAMS, stream('nest', 'quay.test/nest:1'));
    await send('POST', STREAMS, stream('tools', 'quay.test/tools:1'));
    const own = { type: 'ImageChange', imageChange: { from: tag('tools:stable'), paused: true } };
    await send(
      'POST',
      `${BUILD_API}/buildconfigs`,
      buildConfig('follows', 'nest:stable', [{ type: 'ImageChange' }, own]),
    );
    await eventually('the first build', async () => (await builds('follows')).length === 1);
    await move('nest', 'quay.test/nest:2');
    await eventually('the second build', async () => (await builds('follows')).length === 2);
    await move('tools', 'quay.test/tools:2');
    await move('nest', 'quay.test/nest:3');
    await eventually('the third build', async () => (await builds('follows')).length === 3);
    const made = await builds('follows');
    expect(made.map(({ metadata }) => metadata.name)).toEqual(['follows-1', 'follows-2', 'follows-3']);
    expect(made.map(imageOf)).toEqual([1, 2, 3].map((number) => `quay.test/nest:${number}`));
    expect(made[2]?.spec.triggeredBy).toMatchObject([
      { message: 'Image change', imageChangeBuild: { imageID: 'quay.test/nest:3' } },
    ]);
  }, 60_000);

  it('is built once for each of many changes, whatever dies on the way', async () => {
    await send('POST', STREAMS, stream('wren', 'quay.test/wren:0'));
    await send('POST', `${BUILD_API}/buildconfigs`, buildConfig('busy', 'wren:stable', [{ type: 'ImageChange' }]));
    const built = (number: number) =>
      eventually(
        `a build of image ${number}`,
        async () =>
          (await builds('busy').catch(() => [])).some((build) => imageOf(build) === `quay.test/wren:${number}`),
        40_000,
      );
    await built(0);
    for (let number = 1; number <= 30; number += 1) {
      if (number % 10 === 4) await system.kill('trigger-dispatcher', number % 3);
      if (number === 8) await system.kill('workloads', 0);
      if (number === 16) await system.kill('nats-server');
      if (number === 22) await system.kill('trigger-dispatcher', 1);
      await eventually('the tag is moved', () => move('wren', `quay.test/wren:${number}`).then(() => true));
      await built(number);
    }
    const images = (await builds('busy')).map(imageOf);
    expect(images).toHaveLength(31);
    expect(new Set(images).size).toBe(31);
  }, 180_000);
});
