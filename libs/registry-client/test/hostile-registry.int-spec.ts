import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  cutShort,
  drip,
  endless,
  randomImage,
  redirect,
  reply,
  ScriptedRegistry,
  sha256Digest,
  silence,
} from '@faktorz/testing';
import {
  BlobUnknown,
  DigestMismatch,
  MalformedAnswer,
  ManifestUnknown,
  NotARegistry,
  OutboundPolicy,
  RateLimited,
  Registries,
  RegistryTimeout,
  RegistryUnreachable,
  TooLarge,
  UnauthorizedByRegistry,
  UnexpectedAnswer,
  type RateLimit,
} from '../src/index.js';

const MANIFEST = '/v2/x/y/manifests/1.0';
const image = randomImage();

describe('a client of a registry that means no good', () => {
  let server: ScriptedRegistry;
  let registries: Registries;
  const limits: RateLimit[] = [];
  beforeEach(async () => {
    server = await ScriptedRegistry.start();
    registries = new Registries({
      policy: new OutboundPolicy({ allowLoopback: true }),
      limits: { headersMs: 1200, bodyIdleMs: 1200, totalMs: 1500, pingMs: 1000, manifestBytes: 100_000 },
      retry: { afterTimeoutMs: 1, afterServerErrorMs: 1, afterRateLimitMs: 1 },
      onRateLimit: (_registry, limit) => limits.push(limit),
    });
  });
  afterEach(async () => {
    await registries.close();
    await server.stop();
  });
  const repository = () => registries.client(server.host, { insecure: true }).repository('x/y');

  it('refuses a manifest whose digest is not the announced one', async () => {
    server.on(
      MANIFEST,
      reply(200, image.manifest, { 'content-type': image.mediaType, 'docker-content-digest': sha256Digest('other') }),
    );
    await expect(repository().getManifest('1.0')).rejects.toBeInstanceOf(DigestMismatch);
  });

  it('asks for nothing whose name is neither tag nor digest', async () => {
    for (const name of ['../../../secret', 'a b', '', `sha256:${'A'.repeat(64)}`]) {
      await expect(repository().getManifest(name)).rejects.toBeInstanceOf(ManifestUnknown);
      await expect(repository().headBlob(name)).rejects.toBeInstanceOf(BlobUnknown);
      await expect(repository().openBlob(name)).rejects.toBeInstanceOf(BlobUnknown);
    }
    await expect(repository().readBlob('1.0')).rejects.toBeInstanceOf(BlobUnknown);
    expect(server.seen).toEqual([]);
  });

  it('learns nothing from a registry that knows no HEAD', async () => {
    server.on(MANIFEST, reply(405));
    expect((await repository().headManifest('1.0')).digest).toBeUndefined();
    server.on(MANIFEST, reply(403));
    await expect(repository().headManifest('1.0')).rejects.toBeInstanceOf(UnauthorizedByRegistry);
  });

  it('refuses a manifest that has not the digest it was asked by', async () => {
    const digest = sha256Digest('other');
    server.on(`/v2/x/y/manifests/${digest}`, reply(200, image.manifest, { 'content-type': image.mediaType }));
    await expect(repository().getManifest(digest)).rejects.toMatchObject({ expected: digest, actual: image.digest });
  });

  it('fails a stream whose content has another digest at its end', async () => {
    server.on(`/v2/x/y/blobs/${image.digest}`, reply(200, 'something else'));
    const { stream } = await repository().openBlob(image.digest);
    await expect(stream.toArray()).rejects.toBeInstanceOf(DigestMismatch);
  });

  it.each([
    ['a truncated manifest', cutShort(image.manifest, { 'content-type': image.mediaType }), RegistryUnreachable],
    ['an endless manifest', endless({ 'content-type': image.mediaType }), TooLarge],
    ['a manifest that comes byte by byte', drip(100, { 'content-type': image.mediaType }), RegistryTimeout],
    ['no answer', silence, RegistryTimeout],
    ['a web page', reply(200, '<html>', { 'content-type': 'text/html' }), MalformedAnswer],
    ['JSON that is no manifest', reply(200, { hello: 1 }), MalformedAnswer],
    [
      'a bad digest header',
      reply(200, image.manifest, { 'content-type': image.mediaType, 'docker-content-digest': 'x' }),
      MalformedAnswer,
    ],
    ['redirects in a circle', redirect(MANIFEST), UnexpectedAnswer],
    ['a redirect to a file', redirect('file:///etc/passwd'), MalformedAnswer],
    ['a storm of errors', reply(503, 'busy'), UnexpectedAnswer],
  ])('ends in an error on %s', async (_name, answer, error) => {
    server.on(MANIFEST, answer);
    await expect(repository().getManifest('1.0')).rejects.toBeInstanceOf(error);
  });

  it('repeats after 503 and gives what comes then', async () => {
    let left = 2;
    server
      .serve('x/y', '1.0', image)
      .on(MANIFEST, (request, response) => (left-- > 0 ? reply(503)(request, response) : false));
    expect((await repository().getManifest('1.0')).digest).toBe(image.digest);
  });

  it('does not wait for a long Retry-After, and passes on the limit', async () => {
    server.on(
      MANIFEST,
      reply(
        429,
        { errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] },
        { 'retry-after': '3600', 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' },
      ),
    );
    const failure = await repository()
      .getManifest('1.0')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RateLimited);
    expect(failure).toMatchObject({
      retryAfterMs: 3_600_000,
      rateLimit: { limit: 100, remaining: 0, windowSeconds: 21600 },
    });
    expect(limits.at(-1)).toMatchObject({ limit: 100, remaining: 0 });
    expect(server.seen.filter((request) => request.includes('manifests'))).toHaveLength(1);
  });

  it('says when something else than a registry answers', async () => {
    server.on('/v2/', reply(404, 'nothing here'));
    await expect(repository().getManifest('1.0')).rejects.toMatchObject({ constructor: NotARegistry, status: 404 });
  });

  it('follows Link pages and stops where they turn in a circle', async () => {
    server
      .on(
        /tags\/list$/,
        reply(200, { name: 'x/y', tags: ['a', 'b'] }, { link: '</v2/x/y/tags/list?last=b&n=2>; rel="next"' }),
      )
      .on(
        /last=b/,
        reply(200, { name: 'x/y', tags: ['c'] }, { link: '<http://inner/v2/x/y/tags/list?last=b&n=2>; rel="next"' }),
      );
    const tags: string[] = [];
    for await (const tag of repository().listTags()) tags.push(tag);
    expect(tags).toEqual(['a', 'b', 'c']);
  });
});

describe('the outbound guard', () => {
  it('refuses private destinations, also behind redirects and token realms', async () => {
    await using server = await ScriptedRegistry.start();
    await using strict = new Registries({ policy: new OutboundPolicy() });
    await using loopback = new Registries({ policy: new OutboundPolicy({ allowLoopback: true }) });
    for (const host of [server.host, 'localhost:1', '169.254.169.254', '10.0.0.1', '[::ffff:10.0.0.1]:80']) {
      const failure = strict.client(host, { insecure: true }).repository('x/y').getManifest('1.0');
      await expect(failure).rejects.toMatchObject({ constructor: RegistryUnreachable, code: 'REFUSED' });
    }
    expect(server.requests).toEqual([]);
    server.on(MANIFEST, redirect('http://169.254.169.254/latest/meta-data'));
    await expect(loopback.client(server.host, { insecure: true }).repository('x/y').getManifest('1.0')).rejects.toThrow(
      '169.254.169.254',
    );
    server.on('/v2/', reply(401, '', { 'www-authenticate': 'Bearer realm="http://10.1.2.3/token",service="x"' }));
    await using again = new Registries({ policy: new OutboundPolicy({ allowLoopback: true }) });
    await expect(again.client(server.host, { insecure: true }).repository('x/y').getManifest('1.0')).rejects.toThrow(
      '10.1.2.3',
    );
  });
});
