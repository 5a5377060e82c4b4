import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { eventually, startSystem, type TestSystem } from '@faktorz/testing';

const CLUSTERS = '/apis/triggers.faktorz.io/v1/clusters';
const STREAMS = '/apis/image.openshift.io/v1/namespaces/images/imagestreams';
const BASE = 'spec.template.spec.containers';

interface Cluster {
  metadata: { name: string; generation: number };
  status?: {
    conditions?: { type: string; status: string; reason: string; message: string }[];
    kinds?: string[];
    server?: string;
    lastContactTime?: string;
  };
}

interface Deployment {
  metadata: { namespace: string; managedFields?: { manager: string; fieldsV1: object }[] };
  spec: { template: { spec: { containers: { name: string; image: string }[] } } };
}

/** Where tags are kept and triggers work. */
let hub: TestSystem;
/** Another system, whose workloads follow the hub's tags. It knows nothing of the hub. */
let edge: TestSystem;

beforeAll(async () => {
  hub = await startSystem({ replicas: { 'trigger-dispatcher': 2 } });
  edge = await startSystem({ env: { FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true' } });
  for (const name of ['images', 'credentials']) await send(hub, 'POST', '/api/v1/namespaces', { metadata: { name } });
  for (const name of ['images', 'apart']) await send(edge, 'POST', '/api/v1/namespaces', { metadata: { name } });
}, 180_000);
afterAll(async () => {
  await hub?.stop();
  await edge?.stop();
}, 60_000);

async function send<T>(
  system: TestSystem,
  method: string,
  path: string,
  json?: unknown,
  type = 'application/json',
): Promise<T> {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await system.request(path, { method, headers: { 'content-type': type }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

const stream = (name: string, image: string) => ({
  metadata: { name },
  spec: { tags: [{ name: 'stable', reference: true, from: { kind: 'DockerImage', name: image } }] },
});

const move = (name: string, image: string) =>
  send(hub, 'PATCH', `${STREAMS}/${name}`, stream(name, image), 'application/strategic-merge-patch+json');

function deployment(name: string, streamName: string): object {
  const from = { kind: 'ImageStreamTag', namespace: 'images', name: `${streamName}:stable` };
  const triggers = [{ from, fieldPath: `${BASE}[?(@.name=="main")].image` }];
  return {
    metadata: { name, annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: ' ' }] } },
    },
  };
}

const deployments = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;

async function untilImage(name: string, image: string, namespace = 'images', timeoutMs?: number): Promise<Deployment> {
  return eventually(
    `${name} shows ${image}`,
    async () => {
      const object = await send<Deployment>(edge, 'GET', `${deployments(namespace)}/${name}`).catch(() => undefined);
      return object?.spec.template.spec.containers[0]?.image === image && object;
    },
    timeoutMs,
  );
}

async function untilReady(name: string, status: string, reason?: string, timeoutMs = 20_000): Promise<Cluster> {
  let last: Cluster | undefined;
  return eventually(
    `cluster ${name} is ${status} ${reason ?? ''}`,
    async () => {
      last = await send<Cluster>(hub, 'GET', `${CLUSTERS}/${name}`);
      const ready = last.status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === status && (reason === undefined || ready.reason === reason) && last;
    },
    timeoutMs,
  ).catch((cause: unknown) => {
    throw new Error(`it is ${JSON.stringify(last?.status)}`, { cause });
  });
}

async function kubeconfigOf(
  system: TestSystem,
  change: (config: Kubeconfig) => void = () => undefined,
): Promise<string> {
  const config = JSON.parse(await readFile(system.kubeconfig, 'utf8')) as Kubeconfig;
  change(config);
  return Buffer.from(JSON.stringify(config)).toString('base64');
}

interface Kubeconfig {
  clusters: { cluster: Record<string, unknown> }[];
  users: { user: Record<string, unknown> }[];
}

async function keepSecret(name: string, kubeconfig: string): Promise<void> {
  const path = '/api/v1/namespaces/credentials/secrets';
  const secret = { metadata: { name }, data: { kubeconfig } };
  const known = await hub.request(`${path}/${name}`);
  await known.text();
  if (known.ok) await send(hub, 'PUT', `${path}/${name}`, secret);
  else await send(hub, 'POST', path, secret);
}

const cluster = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { kubeconfigSecret: { namespace: 'credentials', name }, ...spec },
});

describe('another cluster', () => {
  it('has its objects follow tags, by a patch of just the image', async () => {
    await keepSecret('edge', await kubeconfigOf(edge));
    await send(hub, 'POST', STREAMS, stream('parrot', 'quay.test/parrot:1'));
    await send(edge, 'POST', deployments('images'), deployment('early', 'parrot'));
    await send(hub, 'POST', CLUSTERS, cluster('edge'));
    const ready = await untilReady('edge', 'True', 'Watching');
    expect(ready.status).toMatchObject({
      server: edge.apiUrl,
      kinds: expect.arrayContaining(['deployments.apps', 'pods', 'deploymentconfigs.apps.openshift.io']) as unknown,
      lastContactTime: expect.stringMatching(/:00Z$/) as unknown,
    });
    expect(ready.status?.conditions?.find(({ type }) => type === 'TLSVerified')?.status).toBe('True');
    await untilImage('early', 'quay.test/parrot:1');

    await send(edge, 'POST', deployments('images'), deployment('late', 'parrot'));
    await untilImage('late', 'quay.test/parrot:1');
    await move('parrot', 'quay.test/parrot:2');
    const { metadata } = await untilImage('early', 'quay.test/parrot:2');
    await untilImage('late', 'quay.test/parrot:2');
    const ours = metadata.managedFields?.find(({ manager }) => manager === 'faktorz-trigger-dispatcher');
    expect(JSON.stringify(ours?.fieldsV1)).toBe(
      JSON.stringify({
        'f:spec': {
          'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { 'f:image': {} } } } },
        },
      }),
    );
  }, 60_000);

  it('is told in an Event of its own what happened to an object', async () => {
    const query = encodeURIComponent('involvedObject.name=early,reason=ImageUpdated');
    await eventually('an Event', async () => {
      const path = `/api/v1/namespaces/images/events?fieldSelector=${query}`;
      return (await send<{ items: unknown[] }>(edge, 'GET', path)).items.length > 0;
    });
  });

  it('goes down, comes back, and gets what it has missed', async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      const killed = () =>
        edge.kill('gateway').then(
          () => true,
          () => false, // not there again yet
        );
      await eventually('its gateway is killed', killed, 30_000);
    }
    await move('parrot', 'quay.test/parrot:3');
    await untilImage('early', 'quay.test/parrot:3', 'images', 60_000);
    await untilImage('late', 'quay.test/parrot:3', 'images', 60_000);
    await untilReady('edge', 'True');
  }, 90_000);

  it('is watched by another replica when the one that does dies', async () => {
    for (const index of [0, 1]) {
      await hub.kill('trigger-dispatcher', index);
      await send(edge, 'POST', deployments('images'), deployment(`after-${index}`, 'parrot'));
      await untilImage(`after-${index}`, 'quay.test/parrot:3', 'images', 30_000);
    }
  }, 60_000);

  it('says when its credentials do not do, and goes on when they are replaced', async () => {
    await keepSecret('edge', await kubeconfigOf(edge, ({ users }) => (users[0]!.user = { token: 'sha256~not-good' })));
    await untilReady('edge', 'False', 'Unauthorized', 30_000);
    await move('parrot', 'quay.test/parrot:4');
    await keepSecret('edge', await kubeconfigOf(edge));
    await untilReady('edge', 'True', 'Watching', 40_000);
    await untilImage('early', 'quay.test/parrot:4', 'images', 40_000);
  }, 120_000);

  it('is left alone while suspended', async () => {
    await send(hub, 'PATCH', `${CLUSTERS}/edge`, { spec: { suspend: true } }, 'application/merge-patch+json');
    await untilReady('edge', 'False', 'Suspended');
    await move('parrot', 'quay.test/parrot:5');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await untilImage('early', 'quay.test/parrot:4');
    await send(hub, 'PATCH', `${CLUSTERS}/edge`, { spec: { suspend: null } }, 'application/merge-patch+json');
    await untilImage('early', 'quay.test/parrot:5', 'images', 30_000);
  }, 60_000);

  it('gets images of our own registry by the name its nodes use for it', async () => {
    const own = `127.0.0.1:${hub.registryPort}/images/heron@sha256:${'e'.repeat(64)}`;
    await send(hub, 'POST', STREAMS, stream('heron', own));
    await send(edge, 'POST', deployments('images'), deployment('pulls', 'heron'));
    await untilImage('pulls', own);
    const named = { spec: { registryHost: 'registry.example:5000' } };
    await send(hub, 'PATCH', `${CLUSTERS}/edge`, named, 'application/merge-patch+json');
    await untilImage('pulls', own.replace(/^[^/]+/, 'registry.example:5000'), 'images', 20_000);
  }, 60_000);

  it('may follow tags in some namespaces alone', async () => {
    await send(edge, 'POST', deployments('apart'), deployment('elsewhere', 'parrot'));
    await untilImage('elsewhere', 'quay.test/parrot:5', 'apart');
    const some = { spec: { namespaces: ['images'] } };
    await send(hub, 'PATCH', `${CLUSTERS}/edge`, some, 'application/merge-patch+json');
    await untilReady('edge', 'True', 'Watching');
    await move('parrot', 'quay.test/parrot:6');
    await untilImage('early', 'quay.test/parrot:6', 'images', 30_000);
    await untilImage('elsewhere', 'quay.test/parrot:5', 'apart');
  }, 60_000);

  it('is forgotten when it is deleted', async () => {
    await send(hub, 'DELETE', `${CLUSTERS}/edge`);
    await move('parrot', 'quay.test/parrot:7');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await untilImage('early', 'quay.test/parrot:6');
    const known = await hub.query(`SELECT 1 FROM trigger_dispatcher.trigger_target WHERE cluster = 'edge'`);
    expect(known).toEqual([]);
  }, 30_000);
});

describe('a cluster that cannot be used says why', () => {
  const bad = (change: (config: Kubeconfig) => void) => kubeconfigOf(edge, change);

  it.each<[string, string, () => Promise<string | undefined>]>([
    ['no Secret', 'KubeconfigMissing', () => Promise.resolve(undefined)],
    ['a program', 'KubeconfigInvalid', () => bad(({ users }) => (users[0]!.user = { exec: { command: 'sh' } }))],
    [
      'nobody at its address',
      'Unreachable',
      () => bad(({ clusters }) => (clusters[0]!.cluster['server'] = 'https://127.0.0.1:1')),
    ],
    [
      'a private address',
      'AddressRefused',
      () => bad(({ clusters }) => (clusters[0]!.cluster['server'] = 'https://169.254.169.254')),
    ],
    [
      'a stranger’s certificate',
      'Unreachable',
      async () => {
        const authority = Buffer.from(hub.ca).toString('base64');
        return bad(({ clusters }) => (clusters[0]!.cluster['certificate-authority-data'] = authority));
      },
    ],
  ])(
    '%s: %s',
    async (what, reason, kubeconfig) => {
      const name = what.toLowerCase().replaceAll(/[^a-z]+/g, '-');
      const content = await kubeconfig();
      if (content !== undefined) await keepSecret(name, content);
      await send(hub, 'POST', CLUSTERS, cluster(name));
      await untilReady(name, 'False', reason);
      await send(hub, 'DELETE', `${CLUSTERS}/${name}`);
    },
    30_000,
  );

  it('and is noted when its certificate is not checked', async () => {
    const careless = await bad(({ clusters }) => {
      delete clusters[0]!.cluster['certificate-authority-data'];
      clusters[0]!.cluster['insecure-skip-tls-verify'] = true;
    });
    await keepSecret('careless', careless);
    await send(hub, 'POST', CLUSTERS, cluster('careless'));
    const { status } = await untilReady('careless', 'True');
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'TLSVerified', status: 'False', reason: 'InsecureSkipTLSVerify' }),
    );
    await send(hub, 'DELETE', `${CLUSTERS}/careless`);
  }, 30_000);

  it.each<[string, object, RegExp]>([
    ['no credentials', { kubeconfigSecret: null }, /spec.kubeconfigSecret: Required value/],
    ['two kinds of them', { inCluster: true }, /spec.kubeconfigSecret: Forbidden/],
    [
      'a Secret without name',
      { kubeconfigSecret: { namespace: 'x', name: '' } },
      /spec.kubeconfigSecret.name: Required/,
    ],
    ['a bad namespace', { namespaces: ['a b'] }, /spec.namespaces\[0\]: Invalid value: .*a b/],
    ['a namespace twice', { namespaces: ['a', 'a'] }, /spec.namespaces\[1\]: Duplicate value/],
    ['an unknown resource', { resources: ['widgets'] }, /spec.resources\[0\]: Unsupported value: .*deployments.apps/],
    ['a bad registry', { registryHost: 'http://x' }, /spec.registryHost: Invalid value/],
  ])('%s is refused', async (_what, spec, message) => {
    await expect(send(hub, 'POST', CLUSTERS, cluster('refused', spec))).rejects.toThrow(message);
  });

  it('the name of our own store is refused', async () => {
    await expect(send(hub, 'POST', CLUSTERS, cluster('local'))).rejects.toThrow(
      /metadata.name: Invalid value: .*local/,
    );
  });

  it('whoever is no administrator may not see clusters', async () => {
    const user = { metadata: { name: 'ann' } };
    await send(hub, 'POST', '/apis/user.openshift.io/v1/users', user);
    const token = await send<{ status: { token: string } }>(hub, 'POST', '/apis/auth.faktorz.io/v1/usertokens', {
      metadata: { generateName: 'ann-' },
      spec: { user: 'ann' },
    });
    const response = await hub.request(CLUSTERS, { token: token.status.token });
    expect(response.status).toBe(403);
  });
});
