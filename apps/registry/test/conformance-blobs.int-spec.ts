import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, randomBlob, RegistryBench, withQuery } from './support/registry-bench.js';

let bench: RegistryBench;
beforeAll(async () => {
  bench = await RegistryBench.start();
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

const REPO = 'conformance/one';
const OTHER = 'conformance/two';
const OCTETS = { 'content-type': 'application/octet-stream' };

async function begin(name = REPO, query = ''): Promise<string> {
  const { status, headers } = await bench.request('POST', `/v2/${name}/blobs/uploads/${query}`);
  expect(status).toBe(202);
  return headers.location ?? '';
}

async function expectPulled(name: string, digest: string, bytes: Buffer): Promise<void> {
  const head = await bench.request('HEAD', `/v2/${name}/blobs/${digest}`);
  expect(head).toMatchObject({
    status: 200,
    headers: { 'content-length': String(bytes.length), 'docker-content-digest': digest },
  });
  const get = await bench.request('GET', `/v2/${name}/blobs/${digest}`);
  expect(get).toMatchObject({ status: 200, body: bytes, headers: { 'docker-content-digest': digest } });
}

async function expectDeleted(name: string, digest: string): Promise<void> {
  expect(await bench.request('DELETE', `/v2/${name}/blobs/${digest}`)).toMatchObject({ status: 202 });
  expect(await bench.request('HEAD', `/v2/${name}/blobs/${digest}`)).toMatchObject({ status: 404 });
  expect(await bench.request('DELETE', `/v2/${name}/blobs/${digest}`)).toMatchObject({
    status: 404,
    code: 'BLOB_UNKNOWN',
  });
}

/** Sends a chunk; the answer to one out of order tells where to go on. */
function sendChunk(location: string, bytes: Buffer, start: number, end: number, method = 'PATCH') {
  return bench.request(method, location, {
    body: bytes.subarray(start, end + 1),
    headers: { ...OCTETS, 'content-range': `${start}-${end}` },
  });
}

describe.each(['sha256', 'sha512'])('blobs by %s', (algorithm) => {
  it('are unknown until they are pushed', async () => {
    const digest = digestOf(randomBlob(), algorithm);
    for (const method of ['GET', 'HEAD']) {
      expect(await bench.request(method, `/v2/${REPO}/blobs/${digest}`)).toMatchObject({ status: 404 });
    }
  });

  it('are pushed by a single POST', async () => {
    const bytes = randomBlob();
    const digest = digestOf(bytes, algorithm);
    const answer = await bench.request('POST', `/v2/${REPO}/blobs/uploads/?digest=${encodeURIComponent(digest)}`, {
      body: bytes,
      headers: OCTETS,
    });
    expect(answer).toMatchObject({ status: 201, headers: { 'docker-content-digest': digest } });
    expect(await bench.request('GET', answer.headers.location ?? '')).toMatchObject({ status: 200, body: bytes });
    await expectPulled(REPO, digest, bytes);
    await expectDeleted(REPO, digest);
  });

  it('are pushed by POST and PUT', async () => {
    const bytes = randomBlob();
    const digest = digestOf(bytes, algorithm);
    const answer = await bench.request('PUT', withQuery(await begin(), { digest }), { body: bytes, headers: OCTETS });
    expect(answer).toMatchObject({ status: 201, headers: { 'docker-content-digest': digest } });
    expect(await bench.request('GET', answer.headers.location ?? '')).toMatchObject({ status: 200, body: bytes });
    await expectPulled(REPO, digest, bytes);
    await expectDeleted(REPO, digest);
  });

  it.each([
    ['in one chunk', 512, 'PATCH'],
    ['in three chunks', 3067, 'PATCH'],
    ['in three chunks, the last with the PUT', 3067, 'PUT'],
  ])('are pushed %s', async (_name, size, last) => {
    const bytes = randomBlob(size);
    const digest = digestOf(bytes, algorithm);
    let location = await begin();
    for (let start = 0; start < size; start += 1024) {
      const end = Math.min(start + 1023, size - 1);
      const isPut = last === 'PUT' && end === size - 1;
      const answer = await sendChunk(
        isPut ? withQuery(location, { digest }) : location,
        bytes,
        start,
        end,
        isPut ? 'PUT' : 'PATCH',
      );
      expect(answer.status).toBe(isPut ? 201 : 202);
      if (!isPut) expect(answer.headers.range).toBe(`0-${end}`);
      location = answer.headers.location ?? '';
    }
    if (last === 'PATCH') {
      expect(await bench.request('PUT', withQuery(location, { digest }))).toMatchObject({ status: 201 });
    }
    await expectPulled(REPO, digest, bytes);
    await expectDeleted(REPO, digest);
  });

  it.each(['PATCH', 'PUT'])('refuse chunks out of order, and go on after them (%s)', async (last) => {
    const bytes = randomBlob(3067);
    const digest = digestOf(bytes, algorithm);
    let location = await begin();
    for (let start = 0; start < bytes.length; start += 1024) {
      const end = Math.min(start + 1023, bytes.length - 1);
      const badStart = start + 1024 >= bytes.length ? 0 : start + 1024;
      const bad = await sendChunk(location, bytes, badStart, Math.min(badStart + 1023, bytes.length - 1));
      expect(bad).toMatchObject({ status: 416, headers: { location: expect.any(String) } });
      const status = await bench.request('GET', bad.headers.location ?? '');
      expect(status).toMatchObject({ status: 204, headers: { range: `0-${Math.max(0, start - 1)}` } });
      location = status.headers.location ?? '';
      const isPut = last === 'PUT' && end === bytes.length - 1;
      const good = await sendChunk(
        isPut ? withQuery(location, { digest }) : location,
        bytes,
        start,
        end,
        isPut ? 'PUT' : 'PATCH',
      );
      expect(good.status).toBe(isPut ? 201 : 202);
      location = good.headers.location ?? '';
    }
    if (last === 'PATCH') {
      expect(await bench.request('PUT', withQuery(location, { digest }))).toMatchObject({ status: 201 });
    }
    await expectPulled(REPO, digest, bytes);
  });

  it('are pushed as a stream of unknown length', async () => {
    const bytes = randomBlob(200_000);
    const digest = digestOf(bytes, algorithm);
    const pieces = async function* () {
      for (let start = 0; start < bytes.length; start += 9999) yield bytes.subarray(start, start + 9999);
    };
    const patched = await bench.request('PATCH', await begin(), { body: pieces(), headers: OCTETS });
    expect(patched).toMatchObject({ status: 202, headers: { range: `0-${bytes.length - 1}` } });
    const done = await bench.request('PUT', withQuery(patched.headers.location, { digest }));
    expect(done).toMatchObject({ status: 201 });
    await expectPulled(REPO, digest, bytes);
  });

  it('are mounted from a repository that has them', async () => {
    const bytes = randomBlob();
    const digest = await bench.pushBlob(OTHER, bytes, algorithm);
    const query = `mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(OTHER)}`;
    const answer = await bench.request('POST', `/v2/${REPO}/blobs/uploads/?${query}`);
    expect(answer).toMatchObject({ status: 201, headers: { 'docker-content-digest': digest } });
    expect(await bench.request('GET', answer.headers.location ?? '')).toMatchObject({ status: 200, body: bytes });
    await expectPulled(REPO, digest, bytes);
    await expectDeleted(REPO, digest);
    await expectPulled(OTHER, digest, bytes);
  });

  it('are mounted from wherever the caller may pull them', async () => {
    const bytes = randomBlob();
    const digest = await bench.pushBlob(OTHER, bytes, algorithm);
    const answer = await bench.request('POST', `/v2/${REPO}/blobs/uploads/?mount=${digest}`);
    expect(answer).toMatchObject({ status: 201 });
    await expectPulled(REPO, digest, bytes);
  });

  it('begin an upload where a mount is not possible', async () => {
    const bytes = randomBlob();
    const digest = digestOf(bytes, algorithm);
    const location = await begin(REPO, `?mount=${digest}&from=${OTHER}`);
    expect(await bench.request('PUT', withQuery(location, { digest }), { body: bytes })).toMatchObject({ status: 201 });
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['the empty JSON object', Buffer.from('{}')],
  ])('may be %s', async (_name, bytes) => {
    const digest = await bench.pushBlob(REPO, bytes, algorithm);
    await expectPulled(REPO, digest, bytes);
    await expectDeleted(REPO, digest);
  });

  it('are refused under another digest, and leave nothing behind', async () => {
    const digest = digestOf(randomBlob(), algorithm);
    const bytes = randomBlob(3000);
    const whole = await bench.request('POST', `/v2/${REPO}/blobs/uploads/?digest=${digest}`, { body: bytes });
    expect(whole).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    const put = await bench.request('PUT', withQuery(await begin(), { digest }), { body: bytes });
    expect(put).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    const patched = await bench.request('PATCH', await begin(), { body: bytes });
    const ended = await bench.request('PUT', withQuery(patched.headers.location, { digest }));
    expect(ended).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await bench.request('HEAD', `/v2/${REPO}/blobs/${digest}`)).toMatchObject({ status: 404 });
    expect(await bench.files('uploads')).toEqual([]);
  });

  it('are read in ranges', async () => {
    const bytes = randomBlob(2048);
    const digest = await bench.pushBlob(REPO, bytes, algorithm);
    const get = (range: string, headers: Record<string, string> = {}) =>
      bench.request('GET', `/v2/${REPO}/blobs/${digest}`, { headers: { range, ...headers } });
    const cases: [string, number, number][] = [
      ['bytes=500-1499', 500, 1500],
      ['bytes=500-', 500, 2048],
      ['bytes=-500', 1548, 2048],
      ['bytes=2000-5000', 2000, 2048],
      ['bytes=0-0', 0, 1],
    ];
    for (const [range, start, end] of cases) {
      expect(await get(range)).toMatchObject({
        status: 206,
        body: bytes.subarray(start, end),
        headers: { 'content-range': `bytes ${start}-${end - 1}/2048`, 'content-length': String(end - start) },
      });
    }
    for (const range of ['bytes=500-0', 'bytes=5000-10000', 'bytes=-0', 'bytes=-', 'bytes=x-y']) {
      expect(await get(range)).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */2048' } });
    }
    const many = Array.from({ length: 1000 }, (_, index) => `${index}-${index}`).join(',');
    for (const range of [`bytes=${many}`, 'lines=1-2'])
      expect(await get(range)).toMatchObject({ status: 200, body: bytes });
    expect(await get('bytes=0-9', { 'if-range': `"${digest}"` })).toMatchObject({ status: 206 });
    expect(await get('bytes=0-9', { 'if-range': '"another"' })).toMatchObject({ status: 200, body: bytes });
  });
});

describe('uploads', () => {
  it('are cancelled without a trace', async () => {
    const location = await begin();
    await bench.request('PATCH', location, { body: randomBlob() });
    expect(await bench.request('DELETE', location)).toMatchObject({ status: 204 });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect(await bench.request(method, location)).toMatchObject({ status: 404 });
    }
    expect(await bench.request('PUT', withQuery(location, { digest: digestOf(randomBlob()) }))).toMatchObject({
      status: 404,
      code: 'BLOB_UPLOAD_UNKNOWN',
    });
    expect(await bench.files('uploads')).toEqual([]);
  });

  it('may announce by which algorithm they will be known, if there is such a one', async () => {
    const bytes = randomBlob();
    const announced = await bench.request('POST', `/v2/${REPO}/blobs/uploads/?digest-algorithm=sha512`);
    const location = withQuery(announced.headers.location, { digest: digestOf(bytes, 'sha512') });
    expect(await bench.request('PUT', location, { body: bytes })).toMatchObject({ status: 201 });
    expect(await bench.request('POST', `/v2/${REPO}/blobs/uploads/?digest-algorithm=md5`)).toMatchObject({
      status: 400,
      code: 'DIGEST_INVALID',
    });
  });

  it('tell how far they are', async () => {
    const location = await begin();
    expect(await bench.request('GET', location)).toMatchObject({ status: 204, headers: { range: '0-0' } });
    await bench.request('PATCH', location, { body: randomBlob(100) });
    expect(await bench.request('GET', location)).toMatchObject({ status: 204, headers: { range: '0-99' } });
  });

  it('need a digest to end, and one that can be checked', async () => {
    const location = await begin();
    expect(await bench.request('PUT', location)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    for (const digest of ['sha256:short', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'x']) {
      expect(await bench.request('PUT', withQuery(location, { digest }))).toMatchObject({
        status: 400,
        code: 'DIGEST_INVALID',
      });
    }
  });
});

it('answers conditional requests by entity tag', async () => {
  const digest = await bench.pushBlob(REPO, randomBlob());
  for (const method of ['GET', 'HEAD']) {
    const headers = { 'if-none-match': `"${digest}"` };
    expect(await bench.request(method, `/v2/${REPO}/blobs/${digest}`, { headers })).toMatchObject({ status: 304 });
  }
});
