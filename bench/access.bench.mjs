// What it costs to know who asks and whether he may: a request with and without the checks, access reviews, how long a
// revoked token or right still holds at three gateways, and one decision among 10,000 bindings.
// `BENCH_ACCESS=small` makes every part short.
import { startSystem } from '@faktorz/testing';
import { AccessIndex } from '../apps/auth/dist/access/access-index.js';
import { apiOf, createNamespace, paths, streamOf } from './support/api.mjs';
import { processCpuMs } from './support/cpu.mjs';
import { startGateway } from './support/gateways.mjs';
import { percentile, perSecond, printTable, sequentially } from './support/measure.mjs';

const IS_SMALL = process.env.BENCH_ACCESS === 'small';
const ROUNDS = IS_SMALL ? 4 : 10;
const REQUESTS = IS_SMALL ? 500 : 2000;
const REVIEWS = IS_SMALL ? 1000 : 10_000;
const REVOCATIONS = IS_SMALL ? 10 : 100;
const BINDINGS = 10_000;
const DECISIONS = 100_000;
const CLIENTS = 16;
const RBAC = 'rbac.authorization.k8s.io';

await benchDecisions();
const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
await api.json('POST', paths.streams, streamOf('app', 3));
await benchChecks();
await benchReviews();
await benchRevocations();
await api.close();
await system.stop();

/** The same request through two gateways of the same system, in turns, so that what else the machine does meets both. */
async function benchChecks() {
  const gateways = [];
  for (const checks of [false, true]) {
    const gateway = await startGateway(system, { checks });
    gateways.push({ gateway, checks, client: apiOf(gateway), cpuMs: [], oneMs: [], rates: [] });
  }
  const path = paths.stream('app');
  for (const { client } of gateways) await perSecond(REQUESTS, CLIENTS, () => client.get(path));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { gateway, client, cpuMs, oneMs, rates } of gateways) {
      const before = await processCpuMs(gateway.pid);
      rates.push(await perSecond(REQUESTS, CLIENTS, () => client.get(path)));
      cpuMs.push(((await processCpuMs(gateway.pid)) - before) / REQUESTS);
      oneMs.push(...(await sequentially(REQUESTS / 10, () => client.get(path))));
    }
  }
  const median = (values) =>
    percentile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
  const [bare, checked] = gateways.map(({ cpuMs, oneMs, rates }) => [median(oneMs), median(rates), median(cpuMs)]);
  const more = checked.map((value, column) => (column === 1 ? bare[column] / value : value / bare[column]) - 1);
  printTable(
    ['GET of a stream', 'ms (p50, one at a time)', 'per second', 'CPU ms in the gateway'],
    [
      ['without checks', ...bare],
      ['with checks', ...checked],
      ['more', ...more.map((share) => `${(share * 100).toFixed(1)} %`)],
    ],
  );
  for (const { client, gateway } of gateways) {
    await client.close();
    await gateway.stop();
  }
}

async function benchReviews() {
  const review = (kind, spec) => () =>
    api.json('POST', `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`, {
      kind,
      apiVersion: 'authorization.k8s.io/v1',
      spec: {
        resourceAttributes: { verb: 'get', group: 'image.openshift.io', resource: 'imagestreams', namespace: 'bench' },
        ...spec,
      },
    });
  const rows = [];
  for (const [name, work] of [
    ['SelfSubjectAccessReview', review('SelfSubjectAccessReview', {})],
    ['SubjectAccessReview', review('SubjectAccessReview', { user: 'bob' })],
  ])
    rows.push([name, await perSecond(REVIEWS, CLIENTS, work)]);
  printTable(['access reviews', 'per second'], rows);
}

/** From the moment a revocation is sent until the last of three gateways refuses. */
async function benchRevocations() {
  const gateways = [system, await startGateway(system), await startGateway(system)];
  const clients = gateways.map((gateway) => apiOf(gateway));
  const [, ...started] = gateways;
  const codeAt = async (client, path, token) => {
    const { statusCode, body } = await client.agent.request({
      origin: gateways[clients.indexOf(client)].apiUrl,
      path,
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    return statusCode;
  };
  const refusedAfterMs = async (path, token, expected, revoke) => {
    for (const client of clients) {
      const code = await codeAt(client, path, token);
      if (code !== 200) throw new Error(`${path} was answered ${code} before it was revoked`);
    }
    const begin = performance.now();
    const times = clients.map(async (client) => {
      while ((await codeAt(client, path, token)) !== expected) await new Promise((resolve) => setTimeout(resolve, 2));
      return performance.now() - begin;
    });
    await revoke();
    return Math.max(...(await Promise.all(times)));
  };
  await api.json('POST', '/apis/user.openshift.io/v1/users', {
    kind: 'User',
    apiVersion: 'user.openshift.io/v1',
    metadata: { name: 'bob' },
  });
  const newToken = async () =>
    await api.json('POST', '/apis/auth.faktorz.io/v1/usertokens', {
      kind: 'UserToken',
      apiVersion: 'auth.faktorz.io/v1',
      metadata: {},
      spec: { user: 'bob' },
    });
  const lasting = await newToken();
  const bindings = `/apis/${RBAC}/v1/namespaces/bench/rolebindings`;
  const tokenMs = [];
  const rightMs = [];
  for (let index = 0; index < REVOCATIONS; index++) {
    const { metadata, status } = await newToken();
    tokenMs.push(
      await refusedAfterMs('/apis/user.openshift.io/v1/users/~', status.token, 401, () =>
        api.send('DELETE', `/apis/auth.faktorz.io/v1/usertokens/${metadata.name}`),
      ),
    );
    const binding = bindingOf(`view-${index}`, 'bob', 'view');
    await api.json('POST', bindings, binding);
    rightMs.push(
      await refusedAfterMs(paths.stream('app'), lasting.status.token, 403, () =>
        api.send('DELETE', `${bindings}/${binding.metadata.name}`),
      ),
    );
  }
  const row = (name, times) => {
    const sorted = times.sort((a, b) => a - b);
    return [name, percentile(sorted, 0.5), percentile(sorted, 0.99)];
  };
  printTable(
    ['from revoked to refused by three gateways', 'p50 ms', 'p99 ms'],
    [row('token', tokenMs), row('role binding', rightMs)],
  );
  for (const client of clients) await client.close();
  for (const gateway of started) await gateway.stop();
}

/** The decision itself, as auth makes it for every request it is asked about. */
async function benchDecisions() {
  const index = new AccessIndex();
  const rules = [{ verbs: ['get', 'list'], apiGroups: ['image.openshift.io'], resources: ['imagestreams'] }];
  index.put('clusterroles', { kind: 'ClusterRole', apiVersion: `${RBAC}/v1`, metadata: { name: 'reader' }, rules });
  for (let number = 0; number < BINDINGS; number++) {
    const namespace = `n${number % 1000}`;
    const binding = bindingOf(`b${number}`, number % 10 === 0 ? 'bob' : `user${number}`, 'reader', namespace);
    index.put('rolebindings', binding);
  }
  const times = [];
  let allowed = 0;
  for (let number = 0; number < DECISIONS; number++) {
    const asked = {
      verb: number % 3 ? 'get' : 'delete',
      group: 'image.openshift.io',
      resource: 'imagestreams',
      subresource: '',
      namespace: `n${number % 1500}`,
      name: 'app',
    };
    const begin = performance.now();
    if (index.decide({ user: 'bob', groups: ['system:authenticated'] }, asked).allowed) allowed++;
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  printTable(
    [`decisions among ${BINDINGS} bindings`, 'p50 µs', 'p99 µs', 'longest µs', 'allowed'],
    [[String(DECISIONS), ...[0.5, 0.99, 1].map((share) => percentile(times, share) * 1000), allowed]],
  );
}

function bindingOf(name, user, role, namespace = 'bench') {
  return {
    kind: 'RoleBinding',
    apiVersion: `${RBAC}/v1`,
    metadata: { name, namespace },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', apiGroup: RBAC, name: user }],
  };
}
