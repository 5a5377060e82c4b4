import { symlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@faktorz/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Answer, digestOf, randomBlob, RegistryBench, withQuery } from './support/registry-bench.js';

const MEGABYTE = 1024 * 1024;
const REPO = 'team/app';

jest.setTimeout(60_000);

let bench: RegistryBench;
beforeAll(async () => {
  bench = await RegistryBench.start({ env: { FAKTORZ_REGISTRY_LARGEST_BLOB_MEGABYTES: '8' } });
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);
afterEach(() => bench.callers.shut.clear());

async function begin(user = 'admin', name = REPO): Promise<string> {
  const { status, headers } = await bench.request('POST', `/v2/${name}/blobs/uploads/`, { user });
  expect(status).toBe(202);
  return headers.location ?? '';
}

/** Sends the head of a request and what `send` writes; whatever is answered, once the connection is closed. */
async function raw(
  method: string,
  location: string,
  headers: Record<string, string>,
  send: (socket: Socket) => Promise<void>,
  path = new URL(location).pathname + new URL(location).search,
): Promise<string> {
  const { hostname, port } = new URL(location);
  const socket = connect({ host: hostname, port: Number(port) });
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const all = { host: `${hostname}:${port}`, authorization: 'Bearer admin', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  await send(socket);
  await new Promise((resolve) => (socket.destroyed ? resolve(undefined) : socket.once('close', resolve)));
  return answer;
}

/** A request whose path goes as it stands, which no polite client would send. */
function rawPath(method: string, url: string): Promise<string> {
  const base = bench.url();
  return raw(method, base, { connection: 'close' }, async () => undefined, url.slice(base.length));
}

describe('names', () => {
  it.each([
    'single',
    'a/b/c',
    'UPPER/app',
    'team/-app',
    'team/app-',
    'team/a..b',
    'team/a___b',
    'team%2fapp/x',
    'team/app%00',
    'team/%zz',
    `team/${'a'.repeat(251)}`,
    `${'n'.repeat(64)}/app`,
    '%20/app',
  ])('like %s are refused', async (name) => {
    for (const path of ['tags/list', `manifests/latest`, `blobs/${digestOf(randomBlob())}`, 'blobs/uploads/']) {
      const answer = await bench.request(path.endsWith('/') ? 'POST' : 'GET', `/v2/${name}/${path}`);
      expect([answer.status, answer.code]).toEqual([400, 'NAME_INVALID']);
    }
  });

  it.each(['team/..', 'team/%2e%2e', 'team/.', '..%2f..', 'team/%2e%2e%2f%2e%2e'])(
    'like %s lead nowhere',
    async (name) => {
      expect(await rawPath('GET', `${bench.url()}/v2/${name}/blobs/${digestOf(randomBlob())}`)).toMatch(
        /^HTTP\/1.1 400 [^]*NAME_INVALID/,
      );
    },
  );

  it('may be as long as the specification says, and be made of words that mean something in paths', async () => {
    for (const name of [`team/${'a'.repeat(250)}`, 'blobs/uploads', 'manifests/tags', 'v2/blobs']) {
      const bytes = randomBlob();
      const digest = await bench.pushBlob(name, bytes);
      expect(await bench.request('GET', `/v2/${name}/blobs/${digest}`)).toMatchObject({ status: 200, body: bytes });
    }
  });

  it('in mounts are nothing to stumble over', async () => {
    for (const from of ['../..', 'UPPER/x', 'a/b/c', '%00', 'team/none']) {
      const path = `/v2/${REPO}/blobs/uploads/?mount=${digestOf(randomBlob())}&from=${encodeURIComponent(from)}`;
      expect(await bench.request('POST', path)).toMatchObject({ status: 202 });
    }
    const mount = encodeURIComponent('sha256:../../../etc/passwd');
    expect(await bench.request('POST', `/v2/${REPO}/blobs/uploads/?mount=${mount}`)).toMatchObject({ status: 202 });
  });
});

describe('paths', () => {
  it.each([
    '/v2/x',
    '/v2/team/app',
    '/v2/team/app/blobs',
    '/v2/team/app/nothing/here',
    '/v3/',
    '/etc/passwd',
    '/v2/team/app/manifests/',
  ])('like %s are not there', async (path) => {
    expect((await bench.request('GET', path)).status).toBeGreaterThanOrEqual(400);
    expect((await bench.request('GET', path)).status).toBeLessThan(500);
  });

  it.each([
    ['POST', 'manifests/x'],
    ['PATCH', 'tags/list'],
    ['PUT', 'blobs/uploads/'],
    ['POST', `blobs/${digestOf(Buffer.alloc(1))}`],
    ['DELETE', 'tags/list'],
    ['OPTIONS', 'manifests/x'],
  ])('refuse %s %s', async (method, path) => {
    const answer = await bench.request(method, `/v2/${REPO}/${path}`);
    expect(answer).toMatchObject({ status: 405, code: 'UNSUPPORTED', headers: { allow: expect.any(String) } });
  });

  it('refuse to be written to where there is only the version', async () => {
    expect(await bench.request('POST', '/v2/')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each([
    'sha256:short',
    'sha256:' + 'g'.repeat(64),
    'sha384:' + 'a'.repeat(96),
    'SHA256:' + 'a'.repeat(64),
    'sha256:..%2f..%2fetc',
  ])('with the digest %s are refused', async (digest) => {
    const answer = await bench.request('GET', `/v2/${REPO}/blobs/${digest}`);
    expect(answer.status).toBe(400);
  });
});

describe('a NUL', () => {
  const INDEX = 'application/vnd.oci.image.index.v1+json';
  const index = (more: object): Promise<Answer> =>
    bench.request('PUT', `/v2/${REPO}/manifests/nul`, {
      body: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], ...more }),
      headers: { 'content-type': INDEX },
    });

  it.each(['artifactType=%00', 'last=%00'])('in a parameter finds nothing: %s', async (query) => {
    const answer = await bench.request('GET', `/v2/${REPO}/referrers/sha256:${'a'.repeat(64)}?${query}`);
    expect(answer.status).toBe(200);
  });

  it('is in no type, and may be in an annotation', async () => {
    expect(await index({ artifactType: 'a\0b' })).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' });
    expect(await index({ annotations: { a: '\0' } })).toMatchObject({ status: 201 });
  });
});

describe('another’s', () => {
  it('uploads are unknown: of another user, of another repository', async () => {
    const location = await begin('ann');
    const elsewhere = location.replace(REPO, 'team/other');
    for (const [path, user] of [
      [location, 'bob'],
      [elsewhere, 'ann'],
    ] as const) {
      for (const method of ['GET', 'PATCH', 'DELETE', 'PUT']) {
        const url = withQuery(path, { digest: digestOf(randomBlob()) });
        const answer = await bench.request(method, url, { user, ...(method === 'PATCH' && { body: randomBlob() }) });
        expect(answer.status).toBe(404);
      }
    }
    expect(await bench.request('GET', location, { user: 'ann' })).toMatchObject({ status: 204 });
    for (const id of ['..', '%2e%2e%2fx', 'x', '00000000-0000-0000-0000-000000000000']) {
      const answer = await bench.request('PATCH', `/v2/${REPO}/blobs/uploads/${id}`, { body: 'x' });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
  });

  it('blobs stay shut: knowing the digest opens nothing, mounting needs the right to pull', async () => {
    const bytes = randomBlob();
    const digest = await bench.pushBlob('secret/app', bytes);
    expect(await bench.request('GET', `/v2/${REPO}/blobs/${digest}`)).toMatchObject({
      status: 404,
      code: 'BLOB_UNKNOWN',
    });
    bench.callers.shut.add('bob pull secret/app');
    for (const from of ['&from=secret/app', '']) {
      const answer = await bench.request('POST', `/v2/${REPO}/blobs/uploads/?mount=${digest}${from}`, { user: 'bob' });
      expect(answer.status).toBe(202);
    }
    expect(await bench.request('HEAD', `/v2/${REPO}/blobs/${digest}`, { user: 'bob' })).toMatchObject({ status: 404 });
    expect(await bench.request('GET', `/v2/secret/app/blobs/${digest}`, { user: 'bob' })).toMatchObject({
      status: 401,
    });
  });
});

describe('bodies', () => {
  it('cut short are kept as far as they came, and the upload goes on from there', async () => {
    const bytes = randomBlob(3 * MEGABYTE);
    const location = await begin();
    await raw('PATCH', location, { 'content-length': String(bytes.length) }, async (socket) => {
      socket.write(bytes.subarray(0, 2 * MEGABYTE));
      await sleep(200);
      socket.destroy();
    });
    const { offset, next } = await eventually('the upload can go on', async () => {
      const { status, headers } = await bench.request('GET', location);
      const end = Number(headers.range?.split('-')[1]);
      return status === 204 && end > 1 ? { offset: end + 1, next: headers.location ?? '' } : undefined;
    });
    expect(offset).toBeLessThanOrEqual(2 * MEGABYTE);
    const rest = await bench.request('PATCH', next, {
      body: bytes.subarray(offset),
      headers: { 'content-range': `${offset}-${bytes.length - 1}` },
    });
    expect(rest.status).toBe(202);
    const digest = digestOf(bytes);
    expect(await bench.request('PUT', withQuery(rest.headers.location, { digest }))).toMatchObject({ status: 201 });
    expect((await bench.request('GET', `/v2/${REPO}/blobs/${digest}`)).body.equals(bytes)).toBe(true);
  });

  it('cut short in a single POST or a PUT leave no blob', async () => {
    const bytes = randomBlob(2 * MEGABYTE);
    const digest = digestOf(bytes);
    const cut = async (socket: Socket): Promise<void> => {
      socket.write(bytes.subarray(0, MEGABYTE));
      await sleep(100);
      socket.destroy();
    };
    const length = { 'content-length': String(bytes.length) };
    await raw('POST', withQuery(`${bench.url()}/v2/${REPO}/blobs/uploads/`, { digest }), length, cut);
    const location = await begin();
    await raw('PUT', withQuery(location, { digest }), length, cut);
    await sleep(100);
    expect(await bench.request('HEAD', `/v2/${REPO}/blobs/${digest}`)).toMatchObject({ status: 404 });
    await bench.request('DELETE', location);
    await eventually('no draft is left', async () => (await bench.files('uploads')).length === 0);
  });

  it('of another length than their Content-Range says change nothing', async () => {
    const location = await begin();
    const cases = [
      ['0-99', 50],
      ['0-9', 100],
      ['10-19', 10],
      ['bytes=x', 10],
      ['9-0', 10],
    ] as const;
    for (const [range, size] of cases) {
      const answer = await bench.request('PATCH', location, {
        body: randomBlob(size),
        headers: { 'content-range': range },
      });
      expect([400, 416]).toContain(answer.status);
      expect(await bench.request('GET', location)).toMatchObject({ status: 204, headers: { range: '0-0' } });
    }
    const unmeasured = await bench.request('PATCH', location, {
      body: (async function* () {
        yield randomBlob(500);
      })(),
      headers: { 'content-range': '0-99' },
    });
    expect(unmeasured).toMatchObject({ status: 400, code: 'SIZE_INVALID' });
    const bytes = randomBlob(100);
    expect(
      await bench.request('PATCH', location, { body: bytes, headers: { 'content-range': 'bytes 0-99/*' } }),
    ).toMatchObject({ status: 202 });
    const digest = digestOf(bytes);
    expect(await bench.request('PUT', withQuery(location, { digest }))).toMatchObject({ status: 201 });
  });

  it('that are too large are refused, said so or not, and leave nothing behind', async () => {
    const tooMuch = 9 * MEGABYTE;
    const stream = async function* () {
      for (let sent = 0; sent < tooMuch; sent += MEGABYTE) yield randomBlob(MEGABYTE);
    };
    const said = await raw('PATCH', await begin(), { 'content-length': String(tooMuch) }, async (socket) => {
      socket.write(randomBlob(1000));
    });
    expect(said).toMatch(/^HTTP\/1.1 413 /);
    const unsaid = await bench.request('PATCH', await begin(), { body: stream() }).catch(() => undefined);
    expect(unsaid?.status ?? 413).toBe(413);
    await eventually('no draft is left', async () => (await bench.files('uploads')).length === 0);
  });

  it('that find no room are refused with 507 and leave nothing behind', async () => {
    const location = await begin();
    // Writing to this device fails as on a full disk.
    await symlink('/dev/full', join(bench.directory, 'uploads', location.split('/').at(-1) ?? ''));
    const answer = await bench.request('PATCH', location, { body: randomBlob(1000) });
    expect(answer).toMatchObject({ status: 507, code: 'UNAVAILABLE' });
    expect(await bench.request('GET', location)).toMatchObject({ status: 404 });
    expect(await bench.files('uploads')).toEqual([]);
  });

  it('nobody may send are not waited for', async () => {
    const location = `${bench.url()}/v2/${REPO}/blobs/uploads/?digest=${digestOf(randomBlob())}`;
    const answer = await raw(
      'POST',
      location,
      { authorization: 'none', 'content-length': String(100 * MEGABYTE) },
      async (socket) => {
        socket.write(randomBlob(1000));
      },
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).toMatch(/connection: close/i);
  });
});

describe('crowds', () => {
  it('of a thousand uploads at once all end well', async () => {
    const blobs = Array.from({ length: 1000 }, () => randomBlob(2000));
    const pushed = await Promise.all(blobs.map((bytes) => bench.pushBlob(REPO, bytes)));
    expect(new Set(await bench.files('blobs')).size).toBeGreaterThanOrEqual(1000);
    const back = await Promise.all(pushed.map((digest) => bench.request('GET', `/v2/${REPO}/blobs/${digest}`)));
    expect(back.every(({ body }, index) => body.equals(blobs[index] as Buffer))).toBe(true);
  }, 60_000);

  it('that push the same blob at once leave one file', async () => {
    const bytes = randomBlob(100_000);
    const digest = digestOf(bytes);
    const names = Array.from({ length: 20 }, (_, index) => `crowd/app-${index % 5}`);
    await Promise.all(names.map((name) => bench.pushBlob(name, bytes)));
    expect((await bench.files('blobs')).filter((name) => digest.endsWith(name))).toHaveLength(1);
    for (const name of new Set(names))
      expect(await bench.request('HEAD', `/v2/${name}/blobs/${digest}`)).toMatchObject({ status: 200 });
  });

  it('that write the same upload at once write it one after the other', async () => {
    const location = await begin();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        bench.request('PATCH', location, {
          body: randomBlob(MEGABYTE / 8),
          headers: { 'content-range': `0-${MEGABYTE / 8 - 1}` },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.every(({ status }) => [202, 409, 416].includes(status))).toBe(true);
    expect(await bench.request('GET', location)).toMatchObject({ headers: { range: `0-${MEGABYTE / 8 - 1}` } });
    await bench.request('DELETE', location);
  });

  it('of slow writers keep nobody waiting, and end well', async () => {
    const bytes = randomBlob(100);
    const digest = digestOf(bytes);
    let goOn: () => void = () => undefined;
    const said = new Promise<void>((resolve) => (goOn = resolve));
    const slowly = async function* () {
      for (let at = 0; at < bytes.length; at += 25) {
        yield bytes.subarray(at, at + 25);
        await (at === 25 ? said : sleep(5));
      }
    };
    const slow = Array.from({ length: 200 }, async (_, index) => {
      const location = withQuery(await begin('admin', `slow/app-${index}`), { digest });
      return bench.request('PUT', location, { body: slowly() });
    });
    const quick = await bench.pushBlob(REPO, randomBlob());
    expect(await bench.request('GET', `/v2/${REPO}/blobs/${quick}`)).toMatchObject({ status: 200 });
    expect(await bench.request('HEAD', `/v2/slow/app-0/blobs/${digest}`)).toMatchObject({ status: 404 });
    goOn();
    expect((await Promise.all(slow)).every(({ status }) => status === 201)).toBe(true);
    expect(await bench.request('HEAD', `/v2/slow/app-199/blobs/${digest}`)).toMatchObject({ status: 200 });
    await eventually('no draft is left', async () => (await bench.files('uploads')).length === 0);
  });

  it('of slow readers keep nobody waiting', async () => {
    const digest = await bench.pushBlob(REPO, randomBlob(8 * MEGABYTE));
    const { hostname, port } = new URL(bench.url());
    const slow = Array.from({ length: 50 }, () => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(`GET /v2/${REPO}/blobs/${digest} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer admin\r\n\r\n`);
      return socket;
    });
    const small = await bench.pushBlob(REPO, randomBlob());
    expect(await bench.request('GET', `/v2/${REPO}/blobs/${small}`)).toMatchObject({ status: 200 });
    for (const socket of slow) socket.destroy();
  });
});

it('answers `/` and `/healthz` to everybody', async () => {
  for (const path of ['/', '/healthz']) {
    const answer = await fetch(`${bench.url()}${path}`);
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([200, 'no-cache', '']);
  }
});

it('prunes only what nothing needs, and answers the same', async () => {
  const digest = await bench.pushBlob(REPO, randomBlob());
  const prune = () => bench.request('DELETE', `/admin/blobs/${digest}`);
  expect(await prune()).toMatchObject({ status: 204 });
  expect(await bench.request('HEAD', `/v2/${REPO}/blobs/${digest}`)).toMatchObject({ status: 200 });
  await bench.request('DELETE', `/v2/${REPO}/blobs/${digest}`);
  expect(await prune()).toMatchObject({ status: 204 });
  expect((await bench.files('blobs')).filter((name) => digest.endsWith(name))).toEqual([]);
  expect(await prune()).toMatchObject({ status: 204 });
  bench.callers.shut.add('bob prune');
  expect(await bench.request('DELETE', `/admin/blobs/${digest}`, { user: 'bob' })).toMatchObject({ status: 401 });
});
