import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '@faktorz/apimachinery';
import { eventually } from '@faktorz/testing';
import type { Build, BuildConfig } from '../src/openshift/build.types.js';
import { WorkloadsBench } from './support/workloads-bench.js';

const GROUP = '/apis/build.openshift.io/v1/namespaces/team';
const image = (letter: string) => `quay.test/birds/nest@sha256:${letter.repeat(64)}`;

let bench: WorkloadsBench;

beforeAll(async () => {
  bench = await WorkloadsBench.start({ replicas: 2 });
  bench.tags.streams.set('nest', {
    isLocal: false,
    repository: 'registry.test:5000/team/nest',
    tags: { '1.0': image('a'), tools: image('b') },
  });
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

const tag = (name: string) => ({ kind: 'ImageStreamTag', name });
const config = (name: string, more: object = {}) => ({
  metadata: { name, labels: { team: 'birds' } },
  spec: {
    source: { git: { uri: 'https://git.test/nest.git' }, images: [{ from: tag('nest:tools'), paths: [] }] },
    strategy: { sourceStrategy: { from: tag('nest:1.0'), env: [{ name: 'COLOUR', value: 'red' }] } },
    output: { to: tag('nest:built') },
    triggers: [{ type: 'ImageChange' }, { type: 'ImageChange', imageChange: { from: tag('nest:tools') } }],
    ...more,
  },
});
const create = (body: object) => bench.request<BuildConfig>('POST', `${GROUP}/buildconfigs`, body);
const read = async (name: string) => (await bench.request<BuildConfig>('GET', `${GROUP}/buildconfigs/${name}`)).body;
const instantiate = (name: string, more: object = {}) =>
  bench.request<Build>('POST', `${GROUP}/buildconfigs/${name}/instantiate`, {
    kind: 'BuildRequest',
    apiVersion: 'build.openshift.io/v1',
    metadata: { name },
    ...more,
  });
const buildsOf = async (name: string): Promise<string[]> => {
  const query = encodeURIComponent(`openshift.io/build-config.name=${name}`);
  const { body } = await bench.request<{ items: Build[] } & KubeObject>(
    'GET',
    `${GROUP}/builds?labelSelector=${query}`,
  );
  return body.items.map(({ metadata }) => metadata.name).sort();
};
const changed = (imageID: string) => ({
  triggeredByImage: { kind: 'DockerImage', name: imageID },
  from: tag('nest:1.0'),
  triggeredBy: [{ message: 'Image change', imageChangeBuild: { imageID, fromRef: tag('nest:1.0') } }],
});

describe('a build config', () => {
  it('is built by request: numbered, with its images resolved, and nothing runs it', async () => {
    await create(config('plain'));
    const { status, body } = await instantiate('plain', { env: [{ name: 'COLOUR', value: 'blue' }] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      metadata: {
        name: 'plain-1',
        labels: { team: 'birds', buildconfig: 'plain', 'openshift.io/build.start-policy': 'Serial' },
        annotations: { 'openshift.io/build.number': '1', 'openshift.io/build-config.name': 'plain' },
        ownerReferences: [{ kind: 'BuildConfig', name: 'plain', controller: true }],
      },
      spec: {
        serviceAccount: 'builder',
        source: { type: 'Git', images: [{ from: { kind: 'DockerImage', name: image('b') } }] },
        strategy: {
          type: 'Source',
          sourceStrategy: {
            from: { kind: 'DockerImage', name: image('a') },
            env: [{ name: 'COLOUR', value: 'blue' }],
          },
        },
        output: { to: { name: 'nest:built' } },
      },
      status: { phase: 'New', config: { kind: 'BuildConfig', name: 'plain', namespace: 'team' } },
    });
    expect(body.spec).not.toHaveProperty('triggers');
    expect((await read('plain')).status).toEqual({
      lastVersion: 1,
      imageChangeTriggers: [
        { from: { name: 'nest:1.0' }, lastTriggeredImageID: image('a') },
        { from: { name: 'nest:tools' }, lastTriggeredImageID: image('b') },
      ],
    });
  });

  it('is built once for a new image, however often and wherever that is asked for', async () => {
    await create(config('once'));
    const answers = await Promise.all(Array.from({ length: 6 }, () => instantiate('once', changed(image('c')))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.find(({ status }) => status !== 201);
    expect(refused).toMatchObject({ status: 500, body: { reason: 'InternalError' } });
    expect(JSON.stringify(refused?.body)).toContain('has already instantiated a build for imageid');
    expect(await buildsOf('once')).toEqual(['once-1']);
    const { body } = await bench.request<Build>('GET', `${GROUP}/builds/once-1`);
    expect(body.spec?.strategy?.sourceStrategy?.from).toEqual({ kind: 'DockerImage', name: image('c') });
    expect(body.spec?.triggeredBy).toEqual(changed(image('c')).triggeredBy);
    const { status } = await read('once');
    expect(status).toMatchObject({
      lastVersion: 1,
      imageChangeTriggers: [{ lastTriggeredImageID: image('c'), lastTriggerTime: expect.any(String) }, {}],
    });
    expect((await instantiate('once', changed(image('d')))).status).toBe(201);
  });

  it('is not built of an older image once the newest of the tag is built', async () => {
    await create(config('late'));
    await instantiate('late');
    const late = await instantiate('late', changed(image('e')));
    expect(late).toMatchObject({ status: 400 });
    expect(JSON.stringify(late.body)).toContain('is an older image of it');
    expect(await buildsOf('late')).toEqual(['late-1']);
  });

  it('gives each of many requests to two replicas a build of its own', async () => {
    await create(config('busy'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => instantiate('busy')));
    const names = answers.map(({ body }) => body.metadata.name).sort();
    expect(names).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((number) => `busy-${number}`));
    expect(await buildsOf('busy')).toEqual(names);
  });

  it('is not built when it has come further than the request knows, is paused, or its image is missing', async () => {
    await create(config('refuses'));
    await instantiate('refuses', { lastVersion: 0 });
    const stale = await instantiate('refuses', { lastVersion: 0 });
    expect(stale).toMatchObject({ status: 400 });
    expect(JSON.stringify(stale.body)).toContain('the LastVersion(1) on build config team/refuses');
    const annotations = { 'openshift.io/build-config.paused': 'true' };
    await bench.request('PATCH', `${GROUP}/buildconfigs/refuses`, { metadata: { annotations } });
    expect(await instantiate('refuses')).toMatchObject({ status: 400 });
    await create(config('missing', { strategy: { sourceStrategy: { from: tag('nest:9') } } }));
    const missing = await instantiate('missing');
    expect(missing).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    expect(JSON.stringify(missing.body)).toContain('Error resolving ImageStreamTag nest:9 in namespace team');
    const options = { dockerStrategyOptions: { noCache: true } };
    expect(await instantiate('busy', options)).toMatchObject({ status: 400 });
    expect(await bench.request('POST', `${GROUP}/buildconfigs/busy/instantiatebinary`, {})).toMatchObject({
      status: 405,
    });
    expect(await buildsOf('refuses')).toEqual(['refuses-1']);
    expect((await read('refuses')).status?.lastVersion).toBe(1);
  });

  it('leaves no builds behind', async () => {
    await create(config('gone'));
    await instantiate('gone');
    await bench.request('DELETE', `${GROUP}/buildconfigs/gone`);
    await eventually('its builds are gone', async () => (await buildsOf('gone')).length === 0);
  });
});

describe('a build', () => {
  it('is made again under the next number', async () => {
    await create(config('again'));
    await instantiate('again');
    const ask = {
      kind: 'BuildRequest',
      metadata: { name: 'again-1' },
      triggeredBy: [{ message: 'Manually triggered' }],
    };
    const { status, body } = await bench.request<Build>('POST', `${GROUP}/builds/again-1/clone`, ask);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      metadata: {
        name: 'again-2',
        annotations: { 'openshift.io/build.clone-of': 'again-1', 'openshift.io/build.number': '2' },
      },
      spec: { triggeredBy: [{ message: 'Manually triggered' }] },
      status: { phase: 'New' },
    });
    expect((await read('again')).status?.lastVersion).toBe(2);
  });

  it('takes from its builder what it built, and nothing else', async () => {
    await create(config('detailed'));
    const { body } = await instantiate('detailed');
    const revision = { type: 'Git', git: { commit: 'abc' } };
    const sent = {
      ...body,
      metadata: { ...body.metadata, labels: {} },
      spec: { ...body.spec, revision, serviceAccount: 'other' },
      status: { ...body.status, phase: 'Running', message: 'cloned' },
    };
    const put = await bench.request<Build>('PUT', `${GROUP}/builds/detailed-1/details`, sent);
    expect(put).toMatchObject({
      status: 200,
      body: {
        metadata: { labels: { team: 'birds' } },
        spec: { revision, serviceAccount: 'builder' },
        status: { phase: 'New', message: 'cloned' },
      },
    });
  });
});
