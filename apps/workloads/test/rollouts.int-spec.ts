import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '@faktorz/apimachinery';
import { eventually } from '@faktorz/testing';
import type { DeploymentConfig } from '../src/openshift/deployment-config.types.js';
import type { PodSpec, Workload } from '../src/pod/pod-spec.js';
import { WorkloadsBench } from './support/workloads-bench.js';

const CONFIGS = '/apis/apps.openshift.io/v1/namespaces/team/deploymentconfigs';
const CONTROLLERS = '/api/v1/namespaces/team/replicationcontrollers';
const image = (letter: string) => `quay.test/birds/parrot@sha256:${letter.repeat(64)}`;

let bench: WorkloadsBench;

beforeAll(async () => {
  bench = await WorkloadsBench.start({ replicas: 2 });
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

const imageTrigger = (more: object = {}) => ({
  type: 'ImageChange',
  imageChangeParams: {
    automatic: true,
    containerNames: ['main'],
    from: { kind: 'ImageStreamTag', name: 'parrot:1.0' },
    ...more,
  },
});
const config = (name: string, triggers?: object[], containerImage = 'sparrow') => ({
  metadata: { name, labels: { team: 'birds' } },
  spec: {
    replicas: 2,
    ...(triggers && { triggers }),
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: containerImage }] } },
  },
});
const create = (body: object) => bench.request<DeploymentConfig>('POST', CONFIGS, body);
const read = async (name: string) => (await bench.request<DeploymentConfig>('GET', `${CONFIGS}/${name}`)).body;
const patch = (name: string, body: object) => bench.request<DeploymentConfig>('PATCH', `${CONFIGS}/${name}`, body);
const instantiate = (name: string, more: object = {}) =>
  bench.request<DeploymentConfig>('POST', `${CONFIGS}/${name}/instantiate`, {
    kind: 'DeploymentRequest',
    apiVersion: 'apps.openshift.io/v1',
    name,
    ...more,
  });
const rolloutsOf = async (name: string): Promise<Workload[]> => {
  const query = encodeURIComponent(`openshift.io/deployment-config.name=${name}`);
  const { body } = await bench.request<{ items: Workload[] } & KubeObject>(
    'GET',
    `${CONTROLLERS}?labelSelector=${query}`,
  );
  return body.items;
};
const rolledOut = (name: string, version: number): Promise<DeploymentConfig> =>
  eventually(`rollout ${version} of ${name} is reported`, async () => {
    const found = await read(name);
    return found.status?.latestVersion === version && found.status.observedGeneration === found.metadata.generation
      ? found
      : undefined;
  });
const setImage = (name: string, triggers: object[], next: string) =>
  patch(name, { spec: { triggers, template: { spec: { containers: [{ name: 'main', image: next }] } } } });

describe('a deployment config', () => {
  it('is rolled out as one replication controller, and again when its template changes', async () => {
    expect((await create(config('plain'))).body.status).toMatchObject({ latestVersion: 0 });
    const first = await rolledOut('plain', 1);
    expect(first.status?.details).toEqual({ message: 'config change', causes: [{ type: 'ConfigChange' }] });
    expect(first.status?.conditions?.map(({ type, status }) => [type, status])).toEqual([
      ['Available', 'False'],
      ['Progressing', 'True'],
    ]);
    const { body: controller } = await bench.request<Workload>('GET', `${CONTROLLERS}/plain-1`);
    expect(controller).toMatchObject({
      metadata: {
        labels: { team: 'birds', 'openshift.io/deployment-config.name': 'plain' },
        annotations: {
          'openshift.io/deployment-config.name': 'plain',
          'openshift.io/deployment-config.latest-version': '1',
          'openshift.io/deployment.phase': 'New',
          'openshift.io/deployment.status-reason': 'config change',
          'kubectl.kubernetes.io/desired-replicas': '2',
        },
        ownerReferences: [{ kind: 'DeploymentConfig', name: 'plain', uid: first.metadata.uid, controller: true }],
      },
      spec: {
        replicas: 0,
        selector: { app: 'plain', deployment: 'plain-1', deploymentconfig: 'plain' },
        template: { metadata: { labels: { app: 'plain', deployment: 'plain-1', deploymentconfig: 'plain' } } },
      },
    });
    const encoded = controller.metadata.annotations?.['openshift.io/encoded-deployment-config'] ?? '';
    expect(JSON.parse(encoded)).toMatchObject({ kind: 'DeploymentConfig', status: { latestVersion: 1 } });

    await patch('plain', { spec: { replicas: 3 } });
    await patch('plain', { spec: { template: { spec: { containers: [{ name: 'main', image: 'sparrow:2' }] } } } });
    await rolledOut('plain', 2);
    const rollouts = await rolloutsOf('plain');
    expect(rollouts.map(({ metadata }) => metadata.name)).toEqual(['plain-1', 'plain-2']);
    expect(rollouts[0]?.metadata.annotations).toMatchObject({
      'openshift.io/deployment.cancelled': 'true',
      'openshift.io/deployment.phase': 'Failed',
    });
  });

  it('without triggers waits to be asked, and asked again says there is nothing new', async () => {
    await create(config('manual', []));
    expect(await instantiate('manual')).toMatchObject({
      status: 201,
      body: { kind: 'Status', code: 204, message: 'deployment config "manual" cannot be instantiated' },
    });
    const asked = await instantiate('manual', { force: true });
    expect(asked).toMatchObject({
      status: 201,
      body: { status: { latestVersion: 1, details: { message: 'manual change', causes: [{ type: 'Manual' }] } } },
    });
    await patch('manual', { spec: { paused: true } });
    expect(await instantiate('manual', { force: true })).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    expect((await instantiate('absent', { force: true })).status).toBe(404);
    expect((await instantiate('manual', { name: '' })).status).toBe(422);
    expect(await rolloutsOf('manual')).toHaveLength(1);
  });

  it('waits for its images, and says what is missing', async () => {
    await create(config('waits', [imageTrigger({ lastTriggeredImage: 'of another config' })], ' '));
    await rolledOut('waits', 0);
    expect(await instantiate('waits', { force: true, latest: true })).toMatchObject({
      status: 400,
      body: { message: 'cannot trigger a deployment for "waits" because it contains unresolved images' },
    });
    await setImage('waits', [imageTrigger({ lastTriggeredImage: image('a') })], image('a'));
    const first = await rolledOut('waits', 1);
    const from = { kind: 'ImageStreamTag', namespace: 'team', name: 'parrot:1.0' };
    const details = { message: 'image change', causes: [{ type: 'ImageChange', imageTrigger: { from } }] };
    expect(first.status?.details).toEqual(details);
    await setImage('waits', [imageTrigger({ lastTriggeredImage: image('b') })], image('b'));
    expect((await rolledOut('waits', 2)).status?.details).toEqual(details);
    expect(await rolloutsOf('waits')).toHaveLength(2);
  });

  it('takes the newest images of manual triggers when it is asked for the latest', async () => {
    bench.tags.streams.set('parrot', { isLocal: false, repository: '', tags: { '1.0': image('c') } });
    await create(config('latest', [imageTrigger({ automatic: false })], ' '));
    const { body } = await instantiate('latest', { latest: true, force: true });
    expect(body.status?.latestVersion).toBe(1);
    expect(body.spec?.triggers?.[0]?.imageChangeParams?.lastTriggeredImage).toBe(image('c'));
    expect((body.spec?.template?.spec as PodSpec).containers?.[0]?.image).toBe(image('c'));
  });

  it('gives each of many requests to two replicas a version and a controller of its own', async () => {
    await create(config('busy', []));
    const answers = await Promise.all(Array.from({ length: 8 }, () => instantiate('busy', { force: true })));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(201));
    const versions = answers.map(({ body }) => body.status?.latestVersion).sort();
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const rollouts = await rolloutsOf('busy');
    expect(rollouts.map(({ metadata }) => metadata.name)).toEqual(versions.map((version) => `busy-${version}`));
    const phases = rollouts.map(({ metadata }) => metadata.annotations?.['openshift.io/deployment.phase']);
    expect(phases).toEqual([...Array<string>(7).fill('Failed'), 'New']);
  });

  it('may have a name that is too long for labels', async () => {
    const name = 'long-'.repeat(20).concat('name');
    const made = await create({ ...config(name), spec: { ...config('x').spec } });
    expect(made.status).toBe(201);
    await rolledOut(name, 1);
    const { body } = await bench.request<Workload>('GET', `${CONTROLLERS}/${name}-1`);
    expect(body.metadata.labels?.['openshift.io/deployment-config.name']).toBe(name.slice(0, 63));
  });

  it('keeps as many ended rollouts as its history says', async () => {
    await create({ ...config('history', []), spec: { ...config('history', []).spec, revisionHistoryLimit: 1 } });
    for (let version = 1; version <= 4; version += 1) await instantiate('history', { force: true });
    const names = (await rolloutsOf('history')).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['history-2', 'history-3', 'history-4']);
  });

  it('has a lost controller of its latest rollout made again, and none left when it is gone', async () => {
    await create(config('lost'));
    await rolledOut('lost', 1);
    await bench.request('DELETE', `${CONTROLLERS}/lost-1`);
    await eventually('the controller is back', async () => (await rolloutsOf('lost')).length === 1);
    expect((await read('lost')).status?.latestVersion).toBe(1);
    await bench.request('DELETE', `${CONFIGS}/lost`);
    await eventually('the controller is gone', async () => (await rolloutsOf('lost')).length === 0);
  });

  it('leaves its controllers behind when it is asked to', async () => {
    await create(config('left'));
    await rolledOut('left', 1);
    await bench.request('DELETE', `${CONFIGS}/left`, { propagationPolicy: 'Orphan' });
    await create(config('right'));
    await rolledOut('right', 1);
    const [left, ...more] = await rolloutsOf('left');
    expect(left?.metadata.ownerReferences ?? []).toEqual([]);
    expect(more).toEqual([]);
  });

  it('tells of a rollout what its controller tells', async () => {
    await create(config('told'));
    await rolledOut('told', 1);
    const path = `${CONTROLLERS}/told-1`;
    const counts = { replicas: 2, readyReplicas: 2, availableReplicas: 2 };
    await bench.request('PATCH', `${path}/status`, { status: counts });
    await bench.request('PATCH', path, { metadata: { annotations: { 'openshift.io/deployment.phase': 'Complete' } } });
    const told = await eventually('the rollout is complete', async () => {
      const { status } = await read('told');
      const progress = status?.conditions?.find(({ type }) => type === 'Progressing');
      return progress?.reason === 'NewReplicationControllerAvailable' ? status : undefined;
    });
    expect(told).toMatchObject({ ...counts, updatedReplicas: 2, unavailableReplicas: 0 });
    expect(told.conditions?.find(({ type }) => type === 'Available')?.status).toBe('True');
  });

  it('is rolled back by storing what the server makes of an earlier rollout', async () => {
    await create(config('back'));
    await rolledOut('back', 1);
    await patch('back', { spec: { template: { spec: { containers: [{ name: 'main', image: 'sparrow:2' }] } } } });
    await rolledOut('back', 2);
    const ask = { kind: 'DeploymentConfigRollback', name: 'back', spec: { includeTemplate: true } };
    for (const path of [`${CONFIGS}/back/rollback`, CONFIGS.replace('configs', 'configrollbacks')]) {
      const { status, body } = await bench.request<DeploymentConfig>('POST', path, ask);
      expect(status).toBe(201);
      expect((body.spec?.template?.spec as PodSpec).containers?.[0]?.image).toBe('sparrow');
      expect((await read('back')).status?.latestVersion).toBe(2);
    }
    const { body } = await bench.request<DeploymentConfig>('POST', `${CONFIGS}/back/rollback`, ask);
    await bench.request('PUT', `${CONFIGS}/back`, body);
    await rolledOut('back', 3);
    const refused = await bench.request('POST', `${CONFIGS}/back/rollback`, { ...ask, spec: { revision: 3 } });
    expect(refused).toMatchObject({ status: 422 });
    expect(JSON.stringify(refused.body)).toContain('version 3 is already the latest');
  });

  it('asks for a rollout by counting it, as clients without instantiate do', async () => {
    await create(config('counted', []));
    const found = await rolledOut('counted', 0);
    const put = await bench.request('PUT', `${CONFIGS}/counted`, {
      ...found,
      status: { ...found.status, latestVersion: 1 },
    });
    expect(put.status).toBe(200);
    await eventually('the rollout has begun', async () => (await rolloutsOf('counted')).length === 1);
    const { metadata: _metadata, ...rest } = found;
    expect(await bench.request('PUT', `${CONFIGS}/counted`, { ...rest, metadata: { name: 'counted' } })).toMatchObject({
      status: 422,
    });
  });
});
