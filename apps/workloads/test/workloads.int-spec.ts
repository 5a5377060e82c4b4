import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '@faktorz/apimachinery';
import { eventually } from '@faktorz/testing';
import type { PodSpec, Workload } from '../src/pod/pod-spec.js';
import { WorkloadsBench } from './support/workloads-bench.js';

const DIGEST = `sha256:${'b'.repeat(64)}`;
const APPS = '/apis/apps/v1/namespaces/team';
const CORE = '/api/v1/namespaces/team';

let bench: WorkloadsBench;

beforeAll(async () => {
  bench = await WorkloadsBench.start();
  bench.tags.streams.set('parrot', {
    isLocal: true,
    repository: 'registry.test:5000/team/parrot',
    tags: { '1.0': `quay.test/birds/parrot@${DIGEST}` },
  });
  bench.tags.streams.set('finch', {
    isLocal: false,
    repository: 'registry.test:5000/team/finch',
    tags: { '1.0': `quay.test/birds/finch@${DIGEST}` },
  });
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

const podSpec = (image: string, more: object = {}) => ({ containers: [{ name: 'main', image }], ...more });
const template = (image: string, annotations?: object) => ({
  metadata: { labels: { app: 'bird' }, ...(annotations && { annotations }) },
  spec: podSpec(image),
});
const deployment = (name: string, image = 'sparrow', annotations?: object) => ({
  metadata: { name },
  spec: { selector: { matchLabels: { app: 'bird' } }, template: template(image, annotations) },
});
const imageOf = ({ spec }: Workload) => (spec?.['template'] as { spec: PodSpec }).spec.containers?.[0]?.image;
const create = (path: string, body: object) => bench.request<Workload>('POST', path, body);

describe('a deployment', () => {
  it('is filled with defaults, counts its changes and keeps them apart by manager', async () => {
    const made = await create(`${APPS}/deployments?fieldManager=maker`, deployment('plain'));
    expect(made).toMatchObject({
      status: 201,
      body: {
        metadata: { generation: 1 },
        spec: {
          replicas: 1,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
          template: { spec: { containers: [{ imagePullPolicy: 'Always', resources: {} }], restartPolicy: 'Always' } },
        },
        status: {},
      },
    });
    const path = `${APPS}/deployments/plain`;
    const changed = await bench.request<Workload>('PATCH', `${path}?fieldManager=other`, {
      spec: { template: { spec: { containers: [{ name: 'main', image: 'sparrow:2' }] } } },
    });
    expect(changed.body.metadata.generation).toBe(2);
    expect(imageOf(changed.body)).toBe('sparrow:2');
    expect(changed.body.spec).toMatchObject({
      template: { spec: { containers: [{ name: 'main', imagePullPolicy: 'Always' }] } },
    });
    expect(changed.body.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['maker', 'other']);
  });

  it('is scaled by its subresource, and its status is written by another', async () => {
    await create(`${APPS}/deployments`, deployment('scaled'));
    const path = `${APPS}/deployments/scaled`;
    const scale = await bench.request(
      'PATCH',
      `${path}/scale`,
      { spec: { replicas: 4 } },
      {
        'content-type': 'application/merge-patch+json',
      },
    );
    expect(scale).toMatchObject({
      status: 200,
      body: { kind: 'Scale', spec: { replicas: 4 }, status: { replicas: 0, selector: 'app=bird' } },
    });
    const status = { replicas: 4, readyReplicas: 3 };
    await bench.request('PATCH', `${path}/status`, { spec: { replicas: 9 }, status });
    await bench.request('PATCH', path, { status: { readyReplicas: 1 } });
    const { body } = await bench.request<Workload>('GET', path);
    expect(body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 4 }, status });
    const table = await bench.request<{ rows: { cells: unknown[] }[] } & KubeObject>('GET', path, undefined, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(table.body.rows[0]?.cells.slice(0, 4)).toEqual(['scaled', '3/4', 0, 0]);
  });

  it('is refused in words when it makes no sense', async () => {
    const refused = await create(`${APPS}/deployments`, {
      metadata: { name: 'bad' },
      spec: { selector: { matchLabels: { app: 'cat' } }, template: { spec: { containers: [{ name: 'A' }] } } },
    });
    expect(refused).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    expect(JSON.stringify(refused.body)).toContain('spec.template.metadata.labels');
    expect(JSON.stringify(refused.body)).toContain('spec.template.spec.containers[0].image');
    expect((await create(`${APPS}/deployments`, { metadata: { name: 'empty' } })).status).toBe(422);
    expect((await create('/apis/apps/v1/namespaces/nowhere/deployments', deployment('x'))).status).toBe(404);
  });
});

describe('every kind', () => {
  const owner = (more: object = {}) => ({ ...deployment('each').spec, ...more });
  const jobSpec = { template: { spec: podSpec('sparrow', { restartPolicy: 'Never' }) } };
  const strategy = { dockerStrategy: { from: { kind: 'ImageStreamTag', name: 'parrot:1.0' } } };
  it.each([
    [`${APPS}/statefulsets`, { spec: owner({ serviceName: 'each' }) }],
    [`${APPS}/daemonsets`, { spec: owner() }],
    [`${APPS}/replicasets`, { spec: owner() }],
    [`${CORE}/replicationcontrollers`, { spec: { template: template('sparrow') } }],
    [`${CORE}/podtemplates`, { template: template('sparrow') }],
    [`${CORE}/pods`, { spec: podSpec('sparrow') }],
    ['/apis/batch/v1/namespaces/team/jobs', { spec: jobSpec }],
    ['/apis/batch/v1/namespaces/team/cronjobs', { spec: { schedule: '0 * * * *', jobTemplate: { spec: jobSpec } } }],
    ['/apis/apps.openshift.io/v1/namespaces/team/deploymentconfigs', { spec: { template: template('sparrow') } }],
    [
      '/apis/build.openshift.io/v1/namespaces/team/buildconfigs',
      { spec: { strategy, triggers: [{ type: 'ImageChange' }] } },
    ],
    ['/apis/build.openshift.io/v1/namespaces/team/builds', { spec: { strategy } }],
  ])('%s can be made, read, listed, printed, changed and deleted', async (path, content) => {
    expect(await create(path, { metadata: { name: 'each' }, ...content })).toMatchObject({ status: 201 });
    // The server may write, too: the status of a deployment config.
    await eventually('what is read and stored again is the same', async () => {
      const again = await bench.request<Workload>('GET', `${path}/each`);
      return isDeepStrictEqual(await bench.request('PUT', `${path}/each`, again.body), again);
    });
    expect(await bench.request('GET', path)).toMatchObject({ body: { items: [{ metadata: { name: 'each' } }] } });
    const table = await bench.request('GET', path, undefined, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(table).toMatchObject({ body: { kind: 'Table', rows: [{}] } });
    const labelled = await bench.request('PATCH', `${path}/each`, { metadata: { labels: { new: 'yes' } } });
    expect(labelled).toMatchObject({ status: 200, body: { metadata: { labels: { new: 'yes' } } } });
    expect((await bench.request('DELETE', `${path}/each`)).status).toBe(200);
    expect((await bench.request('GET', `${path}/each`)).status).toBe(404);
  });

  it('can be applied server-side, its containers owned one by one', async () => {
    const applied = (manager: string, containers: object[]) =>
      bench.request<Workload>(
        'PATCH',
        `${APPS}/deployments/applied?fieldManager=${manager}`,
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          ...deployment('applied'),
          spec: {
            ...deployment('applied').spec,
            template: { metadata: { labels: { app: 'bird' } }, spec: { containers } },
          },
        },
        { 'content-type': 'application/apply-patch+yaml' },
      );
    expect((await applied('one', [{ name: 'main', image: 'sparrow' }])).status).toBe(201);
    const { status, body } = await applied('two', [{ name: 'side', image: 'robin', ports: [{ containerPort: 80 }] }]);
    expect(status).toBe(200);
    const { spec } = body.spec?.['template'] as { spec: PodSpec };
    expect(spec.containers?.map(({ name }) => name).sort()).toEqual(['main', 'side']);
    expect((await applied('two', [{ name: 'main', image: 'wren' }])).status).toBe(409);
  });
});

describe('an image name', () => {
  it('is looked up when its stream allows it, and stays otherwise', async () => {
    const made = async (name: string, image: string) =>
      imageOf((await create(`${APPS}/deployments`, deployment(name, image))).body);
    expect(await made('local', 'parrot:1.0')).toBe(`quay.test/birds/parrot@${DIGEST}`);
    expect(await made('missing', 'parrot')).toBe('registry.test:5000/team/parrot:latest');
    expect(await made('forbidden', 'finch:1.0')).toBe('finch:1.0');
    const podTemplate = { metadata: { name: 'local' }, template: template('parrot:1.0') };
    const { body } = await create(`${CORE}/podtemplates`, podTemplate);
    expect(body.template?.spec?.containers?.[0]?.image).toBe('parrot:1.0');
    expect(await made('elsewhere', 'team/parrot:1.0')).toBe('team/parrot:1.0');
    expect(await made('exact', `parrot@${DIGEST}`)).toBe(`parrot@${DIGEST}`);
  });

  it('is looked up whatever the stream says where the object asks for it', async () => {
    const annotations = { 'alpha.image.policy.openshift.io/resolve-names': '*' };
    const { body } = await create(`${APPS}/deployments`, deployment('asks', 'old.test/birds/finch:1.0', annotations));
    expect(imageOf(body)).toBe(`quay.test/birds/finch@${DIGEST}`);
  });

  it('is looked up when it is new in the object, and when the object begins to ask for it', async () => {
    await create(`${APPS}/deployments`, deployment('later', 'finch:1.0'));
    const path = `${APPS}/deployments/later`;
    const asked = bench.tags.asked.length;
    await bench.request('PATCH', path, { metadata: { labels: { a: 'b' } } });
    expect(bench.tags.asked).toHaveLength(asked);
    const containers = [{ name: 'main', image: 'parrot:1.0' }];
    const changed = await bench.request<Workload>('PATCH', path, { spec: { template: { spec: { containers } } } });
    expect(imageOf(changed.body)).toBe(`quay.test/birds/parrot@${DIGEST}`);

    await create(`${APPS}/deployments`, deployment('begins', 'finch:1.0'));
    const annotations = { 'alpha.image.policy.openshift.io/resolve-names': '*' };
    const begun = await bench.request<Workload>('PATCH', `${APPS}/deployments/begins`, {
      spec: { template: { metadata: { annotations } } },
    });
    expect(imageOf(begun.body)).toBe(`quay.test/birds/finch@${DIGEST}`);
  });

  it('is left alone in what a controller made', async () => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'u', controller: true }];
    const { body } = await create(`${CORE}/pods`, {
      metadata: { name: 'owned', ownerReferences },
      spec: podSpec('parrot:1.0'),
    });
    expect((body.spec as PodSpec).containers?.[0]?.image).toBe('parrot:1.0');
  });
});

describe('an image that may not be run', () => {
  const BUILDS = '/apis/build.openshift.io/v1/namespaces/team/builds';
  const refused = (field: string) => ({
    status: 422,
    body: {
      reason: 'Invalid',
      details: { causes: [{ reason: 'FieldValueForbidden', field, message: expect.stringContaining('prohibited') }] },
    },
  });
  const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u', controller: true };

  it('is refused in a pod that begins with it or is given it', async () => {
    const initContainers = [{ name: 'first', image: 'virus' }];
    const made = await create(`${CORE}/pods`, {
      metadata: { name: 'ill' },
      spec: podSpec('wren:1', { initContainers }),
    });
    expect(made).toMatchObject(refused('spec.initContainers[0].image'));
    expect(await create(`${CORE}/pods`, { metadata: { name: 'well' }, spec: podSpec('wren:1') })).toMatchObject({
      status: 201,
    });
    const containers = [{ name: 'main', image: `virus@${DIGEST}` }];
    const changed = await bench.request('PATCH', `${CORE}/pods/well`, { spec: { containers } });
    expect(changed).toMatchObject(refused('spec.containers[0].image'));
  });

  it('is refused in a build, wherever it is named', async () => {
    const strategy = { dockerStrategy: { from: { kind: 'ImageStreamTag', name: 'virus:1' } } };
    const source = { images: [{ from: { kind: 'DockerImage', name: 'virus' }, paths: [] }] };
    const build = (name: string, more: object) => ({ metadata: { name, ...more }, spec: { source, strategy } });
    expect(await create(BUILDS, build('ill', {}))).toMatchObject({
      status: 422,
      body: {
        details: {
          causes: [{ field: 'spec.source.images[0].from.name' }, { field: 'spec.strategy.dockerStrategy.from.name' }],
        },
      },
    });
    expect(await create(BUILDS, build('owned', { ownerReferences: [owner] }))).toMatchObject({ status: 201 });
  });

  it('is not looked for in templates, and in what a controller made', async () => {
    expect(await create(`${APPS}/deployments`, deployment('ill', 'virus'))).toMatchObject({ status: 201 });
    const metadata = { name: 'ill', ownerReferences: [owner] };
    expect(await create(`${CORE}/pods`, { metadata, spec: podSpec('virus') })).toMatchObject({ status: 201 });
  });
});

describe('the images of a build', () => {
  it('are looked up when they are bare names', async () => {
    const from = { kind: 'DockerImage', name: 'parrot:1.0' };
    const body = { metadata: { name: 'named' }, spec: { strategy: { sourceStrategy: { from } } } };
    expect(await create('/apis/build.openshift.io/v1/namespaces/team/builds', body)).toMatchObject({
      body: { spec: { strategy: { sourceStrategy: { from: { name: `quay.test/birds/parrot@${DIGEST}` } } } } },
    });
  });
});

describe('pods', () => {
  it('get a token of their service account, and are selected by node and phase', async () => {
    const { body } = await create(`${CORE}/pods`, {
      metadata: { name: 'found' },
      spec: podSpec('wren:1', { nodeName: 'n1' }),
    });
    const spec = body.spec as PodSpec;
    expect(spec.serviceAccountName).toBe('default');
    expect(spec.containers?.[0]?.volumeMounts?.[0]?.name).toBe(spec.volumes?.[0]?.name);
    const query = encodeURIComponent('spec.nodeName=n1,status.phase=Pending');
    expect(await bench.request('GET', `${CORE}/pods?fieldSelector=${query}`)).toMatchObject({
      body: { items: [{ metadata: { name: 'found' } }] },
    });
    const moved = await bench.request('PATCH', `${CORE}/pods/found`, { spec: { nodeName: 'n2' } });
    expect(moved).toMatchObject({ status: 422 });
    const containers = [{ name: 'main', image: 'wren:2' }];
    expect((await bench.request('PATCH', `${CORE}/pods/found`, { spec: { containers } })).status).toBe(200);
  });
});

describe('a namespace that goes away', () => {
  it('is emptied of all kinds', async () => {
    bench.authDesk.namespaces.set('leaving', 'Active');
    for (const [path, body] of [
      ['/apis/apps/v1/namespaces/leaving/deployments', deployment('one')],
      ['/api/v1/namespaces/leaving/pods', { metadata: { name: 'two' }, spec: podSpec('wren') }],
    ] as const) {
      expect((await create(path, body)).status).toBe(201);
    }
    await bench.authDesk.terminate('leaving');
    await eventually('the namespace is reported empty', () => bench.authDesk.emptied.includes('leaving'));
    expect(await bench.request('GET', '/apis/apps/v1/namespaces/leaving/deployments')).toMatchObject({
      body: { items: [] },
    });
  }, 20_000);
});
