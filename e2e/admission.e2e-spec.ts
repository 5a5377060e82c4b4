import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Acceptance } from './support/acceptance.js';

const NAMESPACE = 'team';
const JSON_TYPE = 'application/json';
const DIGEST = `sha256:${'d'.repeat(64)}`;

interface Configuration {
  kind: string;
  metadata: { name: string };
  webhooks: {
    clientConfig: { url: string; caBundle: string };
    failurePolicy: string;
    sideEffects: string;
    namespaceSelector: { matchLabels?: Record<string, string> };
  }[];
}

interface Reviewed {
  kind: string;
  response: { uid: string; allowed: boolean; patchType?: string; patch?: string };
}

let bench: Acceptance;
let webhook: Configuration['webhooks'][number];

beforeAll(async () => {
  bench = await Acceptance.start();
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  await create(`/apis/image.openshift.io/v1/namespaces/${NAMESPACE}/imagestreams`, {
    metadata: { name: 'ruby' },
    spec: { lookupPolicy: { local: true } },
  });
  await create(`/apis/image.openshift.io/v1/namespaces/${NAMESPACE}/imagestreammappings`, {
    metadata: { name: 'ruby' },
    tag: '2.0',
    image: { metadata: { name: DIGEST }, dockerImageReference: `quay.test/team/ruby@${DIGEST}` },
  });
  const { stdout } = await bench.faktorz(['admission', 'install', '--dry-run=client', '-o', 'json']);
  webhook = (JSON.parse(stdout) as Configuration).webhooks[0]!;
}, 120_000);
afterAll(() => bench[Symbol.asyncDispose](), 60_000);

async function create(path: string, json: object): Promise<void> {
  const response = await bench.system.request(path, { method: 'POST', json });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  await response.text();
}

interface Answered {
  status: number;
  text: string;
}

/** Sends a body as an API server does: it trusts the bundle alone, and brings no credentials. */
function ask(body: string, url = webhook.clientConfig.url, type = JSON_TYPE): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const ca = Buffer.from(webhook.clientConfig.caBundle, 'base64');
    const sent = request(`${url}?timeout=5s`, { method: 'POST', ca, headers: { 'content-type': type } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const review = (more: object = {}) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    requestKind: { group: '', version: 'v1', kind: 'Pod' },
    requestResource: { group: '', version: 'v1', resource: 'pods' },
    name: 'web',
    namespace: NAMESPACE,
    operation: 'CREATE',
    userInfo: { username: 'admin', groups: ['system:authenticated'] },
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: { containers: [{ name: 'main', image: 'ruby:2.0', imagePullPolicy: 'IfNotPresent' }] },
    },
    oldObject: null,
    dryRun: true,
    options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    ...more,
  },
});

describe('the admission webhook', () => {
  it('is registered so that it does little harm', () => {
    expect(webhook).toMatchObject({ failurePolicy: 'Fail', sideEffects: 'None', reinvocationPolicy: 'IfNeeded' });
    expect(webhook.clientConfig.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/admission\/images\/default\/[\w-]{43}$/);
  });

  it('replaces the name of a tag by its image', async () => {
    const { status, text } = await ask(JSON.stringify(review()));
    expect(status).toBe(200);
    const { kind, response } = JSON.parse(text) as Reviewed;
    expect([kind, response.uid, response.allowed]).toEqual([
      'AdmissionReview',
      '705ab4f5-6393-11e8-b7cc-42010a800002',
      true,
    ]);
    expect(response.patchType).toBe('JSONPatch');
    expect(JSON.parse(Buffer.from(response.patch ?? '', 'base64').toString())).toEqual([
      { op: 'replace', path: '/spec/containers/0/image', value: `quay.test/team/ruby@${DIGEST}` },
    ]);
  });

  it('lets everything else pass as it is', async () => {
    const { text } = await ask(JSON.stringify(review({ operation: 'DELETE', object: null })));
    expect((JSON.parse(text) as Reviewed).response).toEqual({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: true,
    });
  });

  it.each<[string, number, string, string]>([
    ['no JSON', 400, '{', JSON_TYPE],
    ['no body', 400, '', JSON_TYPE],
    ['no review', 400, '[]', JSON_TYPE],
    ['an older version', 400, JSON.stringify({ ...review(), apiVersion: 'admission.k8s.io/v1beta1' }), JSON_TYPE],
    ['another media type', 415, JSON.stringify(review()), 'application/vnd.kubernetes.protobuf'],
    ['too much', 413, JSON.stringify({ ...review(), more: 'x'.repeat(3 * 1024 * 1024) }), JSON_TYPE],
  ])('refuses %s', async (_what, code, body, type) => {
    const { status, text } = await ask(body, undefined, type);
    expect([status, (JSON.parse(text) as { kind: string }).kind]).toEqual([code, 'Status']);
  });

  it.each<[string, (url: string) => string]>([
    ['a wrong key', (url) => `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`],
    ['no key', (url) => url.slice(0, url.lastIndexOf('/') + 1)],
    ['an endpoint that nobody has asked for', (url) => url.replace('/default/', '/other/')],
  ])('answers nobody with %s', async (_what, change) => {
    const { status } = await ask(JSON.stringify(review()), change(webhook.clientConfig.url));
    expect([401, 404]).toContain(status);
  });

  it('is never read, and leaves no key behind in records', async () => {
    const path = new URL(webhook.clientConfig.url).pathname;
    const response = await bench.system.request(path);
    await response.text();
    expect(response.status).toBe(405);
    await ask(JSON.stringify(review()));
    const audit = await readFile(join(bench.system.dataDirectory, 'logs', 'audit.jsonl'), 'utf8');
    const key = path.slice(path.lastIndexOf('/') + 1);
    expect(audit.length).toBeGreaterThan(0);
    for (const log of ['audit.jsonl', 'gateway.log', 'trigger-dispatcher.log'])
      expect(await readFile(join(bench.system.dataDirectory, 'logs', log), 'utf8')).not.toContain(key);
  });

  it('gets another key when the Secret is deleted', async () => {
    const secret = '/api/v1/namespaces/kube-system/secrets/faktorz-admission-default';
    await (await bench.system.request(secret, { method: 'DELETE' })).text();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await ask(JSON.stringify(review()))).status).toBe(401);
    const { stdout } = await bench.faktorz(['admission', 'install', '--dry-run=client', '-o', 'json']);
    webhook = (JSON.parse(stdout) as Configuration).webhooks[0]!;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await ask(JSON.stringify(review()))).status).toBe(200);
  }, 20_000);
});

describe('faktorz admission install', () => {
  it('applies the registration to the API server that a kubeconfig names', async () => {
    const seen: { method?: string; url?: string; type?: string; body: string }[] = [];
    const { certificateFile, keyFile, ca } = bench.certificates;
    const server = createServer({ cert: await readFile(certificateFile), key: await readFile(keyFile) });
    server.on('request', (incoming, answer) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        seen.push({ method: incoming.method, url: incoming.url, type: incoming.headers['content-type'], body });
        answer.setHeader('content-type', 'application/json').end(body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const kubeconfig = await bench.file(
      'production.kubeconfig',
      JSON.stringify({
        'current-context': 'a',
        clusters: [
          {
            name: 'c',
            cluster: {
              server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
              'certificate-authority-data': Buffer.from(ca).toString('base64'),
            },
          },
        ],
        users: [{ name: 'u', user: { token: 'x' } }],
        contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      }),
    );
    const flags = [`--to-kubeconfig=${kubeconfig}`, '--failure-policy=Ignore', '--namespace-label=lookup=on'];
    const { stdout, stderr } = await bench.faktorz(['admission', 'install', ...flags]);
    server.closeAllConnections();
    server.close();
    expect([stdout, stderr]).toEqual([
      'mutatingwebhookconfiguration.admissionregistration.k8s.io/faktorz-image-lookup configured\n',
      '',
    ]);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'PATCH', type: 'application/apply-patch+yaml' });
    expect(seen[0]?.url).toMatch(
      /^\/apis\/admissionregistration.k8s.io\/v1\/mutatingwebhookconfigurations\/faktorz-image-lookup\?/,
    );
    const sent = JSON.parse(seen[0]?.body ?? '{}') as Configuration;
    expect(sent.webhooks[0]).toMatchObject({
      failurePolicy: 'Ignore',
      namespaceSelector: { matchLabels: { lookup: 'on' } },
    });
  }, 30_000);

  it.each<[string[], RegExp]>([
    [[], /has no admission webhooks: name the kubeconfig/],
    [['--failure-policy=Maybe'], /--failure-policy must be Fail or Ignore/],
    [['--url=http://here'], /API servers ask over HTTPS only/],
    [['nowhere'], /admissionendpoints.triggers.faktorz.io "nowhere" not found/],
    [['--namespace-label=x'], /must be KEY=VALUE/],
  ])('%j fails with a sentence', async (flags, message) => {
    const { code, stderr } = await bench.faktorz(['admission', 'install', ...flags]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});

describe('an image that forbids to be run', () => {
  const VIRUS = `sha256:${'e'.repeat(64)}`;
  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
  const streams = `/apis/image.openshift.io/v1/namespaces/${NAMESPACE}`;
  const podOf = (name: string, image: string) => ({
    metadata: { name },
    spec: { containers: [{ name: 'main', image }] },
  });
  const run = async (name: string, image: string) => {
    const answer = await bench.system.request(pods, { method: 'POST', json: podOf(name, image) });
    const { message } = (await answer.json()) as { message?: string };
    return { code: answer.status, message };
  };
  const refused = (name: string) => ({
    code: 422,
    message: `Pod "${name}" is invalid: spec.containers[0].image: Forbidden: this image is prohibited by policy`,
  });

  beforeAll(() =>
    create(`${streams}/imagestreammappings`, {
      metadata: { name: 'ruby' },
      tag: 'ill',
      image: {
        metadata: { name: VIRUS, annotations: { 'images.openshift.io/deny-execution': 'true' } },
        dockerImageReference: `quay.test/team/ruby@${VIRUS}`,
      },
    }),
  );

  it.each([
    ['tag', 'ruby:ill'],
    ['digest', `elsewhere.test/x/y@${VIRUS}`],
  ])('is refused by its %s', async (how, image) => {
    expect(await run(`by-${how}`, image)).toMatchObject(refused(`by-${how}`));
  });

  it('is refused through the webhook', async () => {
    const { text } = await ask(JSON.stringify(review({ object: podOf('web', 'ruby:ill') })));
    const { message } = refused('web');
    expect((JSON.parse(text) as Reviewed).response).toMatchObject({ allowed: false, status: { code: 422, message } });
  });

  it('may be forbidden for one tag alone', async () => {
    const annotations = { 'images.openshift.io/deny-execution': 'true' };
    await create(`${streams}/imagestreamtags`, {
      metadata: { name: 'ruby:banned', annotations },
      tag: { annotations, from: { kind: 'ImageStreamTag', name: 'ruby:2.0' } },
    });
    expect(await run('banned', 'ruby:banned')).toMatchObject(refused('banned'));
    expect(await run('allowed', 'ruby:2.0')).toMatchObject({ code: 201 });
  });

  it('is run in a namespace that ignores the rule', async () => {
    const annotations = { 'alpha.image.policy.openshift.io/ignore-rules': 'execution-denied' };
    const patched = await bench.system.request(`/api/v1/namespaces/${NAMESPACE}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ metadata: { annotations } }),
    });
    expect(patched.status).toBe(200);
    expect(await run('spared', 'ruby:ill')).toMatchObject({ code: 201 });
  });
});
