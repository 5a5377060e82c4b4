import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../src/program.js';

type Answer = [status: number, body: object];

/** A small API server over HTTP: what it answers is given by the test, what it is asked is kept. */
class ScriptedServer {
  readonly asked: string[] = [];
  readonly bodies: unknown[] = [];
  private readonly answers = new Map<string, Answer[]>();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request, response) => void scripted.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  on(request: string, ...answers: Answer[]): this {
    this.answers.set(request, answers);
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url}`;
    if (DISCOVERY[line]) return send(response, 200, DISCOVERY[line]);
    this.asked.push(line);
    if (chunks.length > 0) this.bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const answers = this.answers.get(line) ?? [];
    const [status, body] = (answers.length > 1 ? answers.shift() : answers[0]) ?? notFound(line);
    send(response, status, body);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 201 ? { warning: '299 - "mind the gap"' } : {}),
  });
  response.end(JSON.stringify(body));
}

const verbs = ['get', 'list', 'create', 'delete', 'patch', 'watch'];
const IMAGE_RESOURCES = [
  {
    resource: 'imagestreams',
    responseKind: { kind: 'ImageStream' },
    scope: 'Namespaced',
    singularResource: 'imagestream',
    verbs,
    shortNames: ['is'],
  },
  {
    resource: 'imagestreamtags',
    responseKind: { kind: 'ImageStreamTag' },
    scope: 'Namespaced',
    singularResource: 'imagestreamtag',
    verbs,
    shortNames: ['istag'],
  },
  {
    resource: 'imagetags',
    responseKind: { kind: 'ImageTag' },
    scope: 'Namespaced',
    singularResource: 'imagetag',
    verbs,
    shortNames: ['itag'],
  },
];
const DISCOVERY: Record<string, object> = {
  'GET /api': { kind: 'APIGroupDiscoveryList', items: [] },
  'GET /apis': {
    kind: 'APIGroupDiscoveryList',
    items: [{ metadata: { name: 'image.openshift.io' }, versions: [{ version: 'v1', resources: IMAGE_RESOURCES }] }],
  },
};

const BASE = '/apis/image.openshift.io/v1/namespaces/store';
const failure = (code: number, reason: string, message: string): Answer => [
  code,
  { kind: 'Status', status: 'Failure', code, reason, message },
];
const notFound = (what: string) => failure(404, 'NotFound', `${what} not found`);
const stream = (name: string, more: object = {}) => ({
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { name, namespace: 'store', uid: 'u1', resourceVersion: '7' },
  ...more,
});
const table = (...rows: string[][]) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { resourceVersion: '9' },
  columnDefinitions: [
    { name: 'Name', type: 'string' },
    { name: 'Tags', type: 'string' },
  ],
  rows: rows.map((cells) => ({ cells, object: { metadata: { name: cells[0], namespace: 'store' } } })),
});

describe('faktorz against a server', () => {
  let server: ScriptedServer;
  let directory: string;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    directory = await mkdtemp(join(tmpdir(), 'faktorz-cli-'));
    const kubeconfig = {
      clusters: [{ name: 'c', cluster: { server: server.address } }],
      users: [{ name: 'u', user: { token: 't0ken' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'store' } }],
      'current-context': 'x',
    };
    await writeFile(join(directory, 'config'), JSON.stringify(kubeconfig));
  });

  afterEach(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function run(...argv: string[]) {
    const printed = { out: '', error: '' };
    const terminal = {
      out: (text: string) => void (printed.out += text),
      error: (text: string) => void (printed.error += text),
      readInput: async () => 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: ruby}\n',
      interactive: false,
    };
    const code = await runProgram(argv, { dialect: 'oc', terminal, env: { KUBECONFIG: join(directory, 'config') } });
    return { code, ...printed };
  }

  it("prints the server's table", async () => {
    server.on(`GET ${BASE}/imagestreams?limit=500`, [200, table(['ruby', '2.0'], ['python', ''])]);
    expect(await run('get', 'is')).toEqual({ code: 0, out: 'NAME     TAGS\nruby     2.0\npython   \n', error: '' });
  });

  it('goes on where a page ends', async () => {
    const first = { ...table(['a', '1']), metadata: { continue: 'more' } };
    server
      .on(`GET ${BASE}/imagestreams?limit=1`, [200, first])
      .on(`GET ${BASE}/imagestreams?continue=more&limit=1`, [200, table(['b', '2'])]);
    expect((await run('get', 'is', '--chunk-size=1')).out).toBe('NAME   TAGS\na      1\nb      2\n');
  });

  it('puts several names under one header, aligned', async () => {
    server.on(`GET ${BASE}/imagestreams/a`, [200, table(['a', '1'])]);
    server.on(`GET ${BASE}/imagestreams/longer-name`, [200, table(['longer-name', '2'])]);
    expect((await run('get', 'is', 'a', 'longer-name')).out).toBe(
      'NAME          TAGS\na             1\nlonger-name   2\n',
    );
  });

  it('has nothing to wait for, nor to say, when an object to be deleted is not there', async () => {
    server.on(`GET ${BASE}/imagestreams/gone`, notFound('gone'));
    expect(await run('wait', '--for=delete', 'is/gone', '--timeout=0')).toEqual({ code: 0, out: '', error: '' });
    server.on(`GET ${BASE}/imagestreams/here`, [200, stream('here')]);
    expect((await run('wait', '--for=jsonpath={.spec.x}', 'is/here', '--timeout=0')).error).toBe(
      'error: condition not met for imagestreams/here\n',
    );
  });

  it('creates a tag whose metadata has the annotations of the tag', async () => {
    server.on(`POST ${BASE}/imagestreamtags`, [201, {}]);
    await run('create', 'istag', 'ruby:1', '--from-image=r/x:1', '--annotation', 'a=b', '-A', 'c=d');
    const annotations = { a: 'b', c: 'd' };
    expect(server.bodies).toMatchObject([{ metadata: { annotations }, tag: { annotations } }]);
  });

  it('describes a tag without an image by its fields', async () => {
    const tag = { kind: 'ImageTag', metadata: { name: 'ruby:1' }, image: null, status: { tag: '1' } };
    server.on(`GET ${BASE}/imagetags/ruby:1`, [200, tag]);
    const { code, out } = await run('describe', 'imagetag', 'ruby:1', '--show-events=false');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('Image:        <nil>\n') });
    expect(out).not.toContain('Events');
  });

  it('looks at the project when a name is missing, and says which of both it is', async () => {
    server.on(
      `GET ${BASE}/imagestreams/nope`,
      failure(404, 'NotFound', 'imagestreams.image.openshift.io "nope" not found'),
    );
    server.on('GET /api/v1/namespaces/store', failure(404, 'NotFound', 'namespaces "store" not found'));
    expect(await run('get', 'is', 'nope')).toEqual({
      code: 1,
      out: '',
      error: 'Error from server (NotFound): namespaces "store" not found\n',
    });
    expect(server.asked).toEqual([`GET ${BASE}/imagestreams/nope`, 'GET /api/v1/namespaces/store']);
  });

  it('says where there is nothing', async () => {
    server.on(`GET ${BASE}/imagestreams?limit=500`, [200, table()]);
    const { code, out, error } = await run('get', 'is');
    expect({ code, out, error }).toEqual({ code: 0, out: '', error: 'No resources found in store namespace.\n' });
  });

  it('creates what it reads from standard input and passes warnings on', async () => {
    server.on(`POST ${BASE}/imagestreams?fieldManager=kubectl-create&fieldValidation=Ignore`, [201, stream('ruby')]);
    expect(await run('create', '-f', '-')).toEqual({
      code: 0,
      out: 'imagestream.image.openshift.io/ruby created\n',
      error: 'Warning: mind the gap\n',
    });
    expect(server.bodies).toEqual([
      { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name: 'ruby', namespace: 'store' } },
    ]);
  });

  it('calls what the server answers by a Status alone as kubectl does', async () => {
    const path = `POST ${BASE}/imagestreams?fieldManager=kubectl-create&fieldValidation=Ignore`;
    server.on(path, [201, { kind: 'Status', status: 'Success', metadata: {} }]);
    expect((await run('create', '-f', '-')).out).toBe('status/<unknown> created\n');
  });

  it('deletes and waits until the object is gone', async () => {
    server.on(`DELETE ${BASE}/imagestreams/ruby`, [200, { kind: 'Status', status: 'Success', details: { uid: 'u1' } }]);
    server.on(`GET ${BASE}/imagestreams/ruby`, notFound('ruby'));
    expect(await run('delete', 'is', 'ruby')).toEqual({
      code: 0,
      out: 'imagestream.image.openshift.io "ruby" deleted from store namespace\n',
      error: '',
    });
    expect(server.asked).toHaveLength(2);
  });

  it('takes a lone stream:tag for the tag to delete', async () => {
    server.on(`DELETE ${BASE}/imagestreamtags/httpd:version11.0`, [200, { kind: 'Status', status: 'Success' }]);
    expect((await run('delete', 'httpd:version11.0', '--wait=false')).out).toBe(
      'imagestreamtag.image.openshift.io "httpd:version11.0" deleted from store namespace\n',
    );
  });

  it('applies what differs, and sends nothing when nothing does', async () => {
    const file = join(directory, 's.yaml');
    await writeFile(
      file,
      'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: ruby}\nspec: {lookupPolicy: {local: true}}\n',
    );
    const path = `${BASE}/imagestreams/ruby`;
    const query = '?fieldManager=kubectl-client-side-apply&fieldValidation=Ignore';
    server.on(`GET ${path}`, notFound('ruby')).on('GET /api/v1/namespaces/store', [200, {}]);
    server.on(`POST ${BASE}/imagestreams${query}`, [201, stream('ruby')]);
    expect((await run('apply', '-f', file)).out).toBe('imagestream.image.openshift.io/ruby created\n');

    const created = server.bodies[0] as { metadata: object };
    const live = { ...created, metadata: { ...created.metadata, uid: 'u1', resourceVersion: '7' }, status: {} };
    server.on(`GET ${path}`, [200, live]);
    expect((await run('apply', '-f', file)).out).toBe('imagestream.image.openshift.io/ruby unchanged\n');

    await writeFile(file, (await readFile(file, 'utf8')).replace('true', 'false'));
    server.on(`PATCH ${path}${query}`, [200, stream('ruby')]);
    expect((await run('apply', '-f', file)).out).toBe('imagestream.image.openshift.io/ruby configured\n');
    expect(server.bodies.at(-1)).toMatchObject({ spec: { lookupPolicy: { local: false } } });
  });

  it('creates a tag where it cannot be replaced, and tries again after a conflict', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const items = [{ image: digest, dockerImageReference: `r/x@${digest}`, created: '', generation: 1 }];
    server.on(`GET ${BASE}/imagestreams/ruby`, [200, stream('ruby', { status: { tags: [{ tag: '1', items }] } })]);
    server.on(`PUT ${BASE}/imagestreamtags/new:1`, failure(409, 'Conflict', 'try again'), notFound('new'));
    server.on(`POST ${BASE}/imagestreamtags`, [200, {}]);
    expect(await run('tag', 'ruby:1', 'new:1')).toEqual({
      code: 0,
      out: `Tag new:1 set to ruby@${digest}.\n`,
      error: '',
    });
    expect(server.asked.map((line) => line.split(' ')[0])).toEqual(['GET', 'PUT', 'PUT', 'POST']);
  });

  it('tells of an invalid object cause by cause', async () => {
    const causes = [
      { field: 'spec.a', message: 'Required value' },
      { field: 'spec.b', message: 'Invalid value: 1' },
    ];
    server.on(`POST ${BASE}/imagestreams?fieldManager=kubectl-create&fieldValidation=Ignore`, [
      422,
      {
        kind: 'Status',
        status: 'Failure',
        reason: 'Invalid',
        message: 'x',
        details: { kind: 'ImageStream', name: 'ruby', causes },
      },
    ]);
    expect((await run('create', '-f', '-')).error).toBe(
      'The ImageStream "ruby" is invalid: \n* spec.a: Required value\n* spec.b: Invalid value: 1\n',
    );
  });

  it('says when nobody listens', async () => {
    const address = server.address.slice('http://'.length);
    await server.stop();
    expect(await run('get', 'is')).toEqual({
      code: 1,
      out: '',
      error: `The connection to the server ${address} was refused - did you specify the right host or port?\n`,
    });
    server = await ScriptedServer.start();
  });
});
