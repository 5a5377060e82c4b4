import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, randomImage, ScriptedRegistry } from '@faktorz/testing';
import type { ImageStreamImport } from '../src/image-stream-import/image-stream-import.js';
import { ImporterBench } from './support/importer-bench.js';

const PATH = '/apis/image.openshift.io/v1/namespaces/team/imagestreamimports';
const policies = { importPolicy: { insecure: true }, referencePolicy: { type: 'Source' as const } };

let bench: ImporterBench;
beforeAll(async () => {
  bench = await ImporterBench.start();
}, 60_000);
afterEach(async () => {
  await bench.stopImporters();
  bench.tagTracker.refusal = undefined;
  bench.auth.secrets.length = 0;
});
afterAll(() => bench.stop());

const request = (name: string, spec: object) => ({
  kind: 'ImageStreamImport',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name },
  spec,
});
const image = (name: string) => ({ from: { kind: 'DockerImage', name }, importPolicy: { insecure: true } });

describe('a request for an import', () => {
  it('is applied by tag-tracker, and shows image and stream as stored', async () => {
    const importer = await bench.startImporter();
    const digest = await bench.registry.push('team/app:1.0', randomImage());
    const name = `${bench.registry.host}/team/app:1.0`;
    const answer = await bench.tagTracker.post<ImageStreamImport>(
      importer.url,
      PATH,
      request('app', { import: true, images: [image(name)] }),
    );
    expect(answer).toMatchObject({
      kind: 'ImageStreamImport',
      metadata: { name: 'app', namespace: 'team' },
      spec: { import: true, images: [{ to: { name: '1.0' }, importPolicy: { insecure: true, importMode: 'Legacy' } }] },
      status: {
        import: { metadata: { name: 'app', resourceVersion: '7' } },
        images: [
          { status: { status: 'Success' }, tag: '1.0', image: { metadata: { name: digest, uid: `uid of ${digest}` } } },
        ],
      },
    });
    expect(answer.status.import).not.toHaveProperty('kind');
    expect(bench.tagTracker.applied.at(-1)).toMatchObject({
      stream: 'app',
      background: false,
      items: [{ to: '1.0', image: { metadata: { name: digest } } }],
    });
  });

  it('goes to a stream of a new name when only its beginning is given', async () => {
    const importer = await bench.startImporter();
    await bench.registry.push('team/app:1.0', randomImage());
    const body = {
      ...request('', { import: true, images: [image(`${bench.registry.host}/team/app:1.0`)] }),
      metadata: { generateName: 'app-' },
    };
    const { metadata } = await bench.tagTracker.post<ImageStreamImport>(importer.url, PATH, body);
    expect(metadata).toMatchObject({ name: expect.stringMatching(/^app-.{5}$/), generateName: 'app-' });
    expect(bench.tagTracker.applied.at(-1)?.stream).toBe(metadata.name);
  });

  it('stores nothing when it only asks', async () => {
    const importer = await bench.startImporter();
    const before = bench.tagTracker.applied.length;
    const answer = await bench.tagTracker.post<ImageStreamImport>(
      importer.url,
      PATH,
      request('dry', { images: [image(`${bench.registry.host}/no/such`)] }),
    );
    expect(answer.status.images?.[0]?.status).toMatchObject({ code: 404, reason: 'NotFound' });
    expect(answer.status).not.toHaveProperty('import');
    expect(bench.tagTracker.applied).toHaveLength(before);
  });

  it('is handed over by address when it is too large for a message', async () => {
    const importer = await bench.startImporter();
    const config = { Labels: { story: 'x'.repeat(300_000) } };
    const digest = await bench.registry.push('team/large:1', randomImage({ config }));
    const asked = bench.tagTracker.readings;
    await bench.tagTracker.post<ImageStreamImport>(
      importer.url,
      PATH,
      request('large', { import: true, images: [image(`${bench.registry.host}/team/large:1`)] }),
    );
    expect(bench.tagTracker.readings).toBe(asked + 1);
    expect(bench.tagTracker.applied.at(-1)?.items[0]?.image?.metadata.name).toBe(digest);
  });

  it.each<[string, object, object]>([
    ['nothing to import', request('app', { import: true }), { reason: 'Invalid' }],
    [
      'another kind of source',
      request('app', { images: [{ from: { kind: 'ImageStreamTag', name: 'a:b' } }] }),
      { reason: 'Invalid' },
    ],
    [
      'a stream of a version, and there is none',
      { ...request('none', { images: [image('x')] }), metadata: { name: 'none', resourceVersion: '3' } },
      { reason: 'NotFound' },
    ],
    ['a bad name', request('Bad_Name', { images: [image('x')] }), { reason: 'Invalid' }],
  ])('is refused for %s', async (_name, body, error) => {
    const importer = await bench.startImporter();
    await expect(bench.tagTracker.post(importer.url, PATH, body)).rejects.toMatchObject(error);
  });

  it('is refused in a namespace that is not there, and as tag-tracker refuses it', async () => {
    const importer = await bench.startImporter();
    const body = request('app', { import: true, images: [image(`${bench.registry.host}/no/such`)] });
    await expect(bench.tagTracker.post(importer.url, PATH.replace('team', 'nowhere'), body)).rejects.toMatchObject({
      reason: 'NotFound',
    });
    bench.tagTracker.refusal = { failure: { reason: 'Conflict', message: 'the image stream was updated', code: 409 } };
    await expect(bench.tagTracker.post(importer.url, PATH, body)).rejects.toMatchObject({
      reason: 'Conflict',
      code: 409,
    });
  });

  it('fails as a whole when a pull secret cannot be read', async () => {
    const importer = await bench.startImporter();
    bench.auth.secrets.push({
      name: 'broken',
      type: 'kubernetes.io/dockerconfigjson',
      annotations: {},
      data: { '.dockerconfigjson': btoa('{') },
    });
    const body = request('app', { images: [image(`${bench.registry.host}/team/app:1.0`)] });
    await expect(bench.tagTracker.post(importer.url, PATH, body)).rejects.toMatchObject({
      reason: 'InternalError',
      message: expect.stringContaining('broken'),
    });
  });
});

describe('an import in the background', () => {
  it('tells every result in one go, with what was found where it says', async () => {
    await bench.startImporter();
    const digest = await bench.registry.push('team/back:1', randomImage());
    const from = `${bench.registry.host}/team/back`;
    const items = ['1', 'none'].map((tag) => ({ tag, generation: 2, from: `${from}:${tag}`, ...policies }));
    const importId = await bench.tagTracker.request({ stream: 'back', items });
    const failed = await eventually('the failure', () =>
      bench.tagTracker.failed.find((event) => event.importId === importId),
    );
    const imported = await eventually('the image', () =>
      bench.tagTracker.imported.find((event) => event.importId === importId),
    );
    expect(imported).toMatchObject({ tag: '1', image: digest, generation: 2, item: 0, items: 2 });
    expect(failed).toMatchObject({ tag: 'none', reason: 'NotFound', generation: 2, item: 1, items: 2 });
    const results = await bench.tagTracker.readResults(imported.resultsUrl);
    expect(results).toMatchObject({
      importId,
      background: true,
      guards: { uid: 'u' },
      items: [{ to: '1' }, { to: 'none' }],
    });
  });

  it('imports a whole repository', async () => {
    await bench.startImporter();
    for (const tag of ['a', 'b']) await bench.registry.push(`team/whole:${tag}`, randomImage());
    const importId = await bench.tagTracker.request({
      stream: 'whole',
      repository: { from: `${bench.registry.host}/team/whole`, ...policies },
    });
    const found = await eventually('both tags', () => {
      const events = bench.tagTracker.imported.filter((event) => event.importId === importId);
      return events.length === 2 ? events : undefined;
    });
    expect(found.map(({ tag }) => tag).sort()).toEqual(['a', 'b']);
  });

  it('waits while the importer is paused or away, and is then made once', async () => {
    await bench.registry.push('team/later:1', randomImage());
    await bench.startImporter({ FAKTORZ_IMPORTER_PAUSED: 'true' });
    const items = [{ tag: '1', generation: 1, from: `${bench.registry.host}/team/later:1`, ...policies }];
    const importId = await bench.tagTracker.request({ stream: 'later', items });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await bench.stopImporters();
    expect(bench.tagTracker.imported.filter((event) => event.importId === importId)).toEqual([]);
    await Promise.all([bench.startImporter(), bench.startImporter()]);
    await eventually('the image', () => bench.tagTracker.imported.some((event) => event.importId === importId));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(bench.tagTracker.imported.filter((event) => event.importId === importId)).toHaveLength(1);
  }, 30_000);
});

describe('a scheduled tag', () => {
  it('is fetched again only when its digest has changed', async () => {
    await bench.startImporter({
      FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '1',
      FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0',
    });
    const from = `${bench.registry.host}/team/moving:latest`;
    const first = await bench.registry.push('team/moving:latest', randomImage());
    const importPolicy = { insecure: true, scheduled: true };
    const item = { tag: 'latest', generation: 1, from, importPolicy, referencePolicy: { type: 'Source' as const } };
    const stream = (digest: string) => ({
      metadata: { name: 'moving', namespace: 'team', uid: 'u' },
      spec: { tags: [{ name: 'latest', generation: 1, from: { kind: 'DockerImage', name: from }, importPolicy }] },
      status: { tags: [{ tag: 'latest', items: [{ image: digest }] }] },
    });
    bench.tagTracker.streams.set('team/moving', stream(first));
    await bench.tagTracker.request({ stream: 'moving', items: [item] });
    const images = () =>
      bench.tagTracker.imported.filter((event) => event.stream === 'moving').map((event) => event.image);
    await eventually('the first import', () => images().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(images()).toEqual([first]);
    await bench.tagTracker.deleteTag('moving', 'latest', { inSpec: true });
    const second = await bench.registry.push('team/moving:latest', randomImage());
    await eventually('the second image', () => images().length === 2);
    expect(images()).toEqual([first, second]);
    bench.tagTracker.streams.set('team/moving', stream(second));
    await bench.tagTracker.deleteTag('moving', 'latest');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await bench.registry.push('team/moving:latest', randomImage());
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(images()).toEqual([first, second]);
  }, 30_000);

  it('tells a failure once, and that it is over', async () => {
    await bench.startImporter({
      FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '1',
      FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0',
    });
    const from = `${bench.registry.host}/team/flaky:latest`;
    const importPolicy = { insecure: true, scheduled: true };
    bench.tagTracker.streams.set('team/flaky', {
      metadata: { name: 'flaky', namespace: 'team', uid: 'u' },
      spec: { tags: [{ name: 'latest', generation: 1, from: { kind: 'DockerImage', name: from }, importPolicy }] },
    });
    await bench.tagTracker.request({
      stream: 'flaky',
      cause: 'policy-changed',
      items: [{ tag: 'latest', generation: 1, from, importPolicy, referencePolicy: { type: 'Source' } }],
    });
    const failures = () => bench.tagTracker.failed.filter((event) => event.stream === 'flaky');
    await eventually('the failure', () => failures().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(failures()).toHaveLength(1);
    const digest = await bench.registry.push('team/flaky:latest', randomImage());
    await eventually(
      'the image',
      () => bench.tagTracker.imported.some((event) => event.stream === 'flaky' && event.image === digest),
      20_000,
    );
    await bench.tagTracker.deleteStream('flaky', 'u');
  }, 40_000);

  it('costs one HEAD while it stays as it is, and all replicas together keep to the budget', async () => {
    await using server = await ScriptedRegistry.start();
    const one = randomImage();
    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
    for (const tag of tags) server.serve('x/y', tag, one);
    const importPolicy = { insecure: true, scheduled: true };
    const spec = (tag: string) => ({
      tag,
      generation: 1,
      from: `${server.host}/x/y:${tag}`,
      importPolicy,
      referencePolicy: { type: 'Source' as const },
    });
    bench.tagTracker.streams.set('team/budget', {
      metadata: { name: 'budget', namespace: 'team', uid: 'u' },
      spec: {
        tags: tags.map((tag) => ({
          name: tag,
          generation: 1,
          from: { kind: 'DockerImage', name: spec(tag).from },
          importPolicy,
        })),
      },
      status: { tags: tags.map((tag) => ({ tag, items: [{ image: one.digest }] })) },
    });
    const env = { FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '1', FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '120' };
    await Promise.all([bench.startImporter(env), bench.startImporter(env)]);
    await bench.tagTracker.request({ stream: 'budget', cause: 'policy-changed', items: tags.map(spec) });
    const heads = () => server.requests.filter(({ method }) => method === 'HEAD').length;
    await eventually('the first checks', () => heads() > 0);
    const started = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    // Two a second, and what had been saved up before: a sixth of a minute's checks.
    expect(heads()).toBeLessThanOrEqual(20 + Math.ceil((Date.now() - started) / 500) + 1);
    await bench.tagTracker.deleteStream('budget', 'u');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const gets = server.requests.filter(({ method, path }) => method === 'GET' && path.includes('manifests')).length;
    expect(gets).toBe(0); // not even when they were checked for the first time: the stream has the image
    expect(bench.tagTracker.imported.filter((event) => event.stream === 'budget')).toEqual([]);
  }, 30_000);
});
