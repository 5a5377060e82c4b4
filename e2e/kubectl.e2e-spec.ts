import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, randomImage } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { history, outsideTag, streamManifest, streamPath, type StreamView } from './support/image-streams.js';
import type { Ran } from './support/program.js';

const NAMESPACE = 'shop';
const STREAM = 'imagestream.image.openshift.io';

let bench: Acceptance;
let image: string;
let digest: string;

beforeAll(async () => {
  bench = await Acceptance.start();
  digest = await bench.registry.push('shop/cart:1', randomImage());
  image = `${bench.registry.host}/shop/cart:1`;
  expect(await bench.kubectl(['create', 'namespace', NAMESPACE])).toMatchObject({
    code: 0,
    stdout: `namespace/${NAMESPACE} created\n`,
  });
}, 120_000);

afterAll(() => bench[Symbol.asyncDispose]());

/** kubectl in the tests' namespace. */
function kubectl(...args: string[]): Promise<Ran> {
  return bench.kubectl(['-n', NAMESPACE, ...args]);
}

function stream(name: string): Promise<StreamView | undefined> {
  return bench.object<StreamView>(streamPath(NAMESPACE, name));
}

/** Makes a stream with one tag `1` from outside and waits for its image. */
async function importedStream(name: string): Promise<void> {
  const file = await bench.manifest(`${name}.json`, streamManifest(name, { 1: image }));
  expect(await kubectl('create', '-f', file)).toMatchObject({ code: 0, stdout: `${STREAM}/${name} created\n` });
  await eventually(`${name}:1 imported`, async () => history(await stream(name), '1').length === 1);
}

describe('kubectl get', () => {
  beforeAll(() => importedStream('cart'));

  it('prints streams as tables, with more columns where asked', async () => {
    expect((await kubectl('get', 'is')).stdout).toMatch(
      /^NAME +IMAGE REPOSITORY +TAGS +UPDATED\ncart +127\.0\.0\.1:\d+\/shop\/cart +1 +\S.* ago\n$/,
    );
    expect((await kubectl('get', 'is', 'cart', '-o', 'wide')).stdout).toContain('/shop/cart');
    expect((await kubectl('get', 'imagestreams', '--show-labels')).stdout).toMatch(/UPDATED +LABELS\n.*<none>\n/);
    expect((await kubectl('get', 'is', '-A')).stdout).toMatch(/^NAMESPACE +NAME .*\nshop +cart /);
  });

  it('prints tags and images as tables', async () => {
    const reference = `${bench.registry.host}/shop/cart@${digest}`;
    expect((await kubectl('get', 'istag')).stdout).toMatch(new RegExp(`cart:1 +${reference} +`));
    expect((await kubectl('get', 'istag', 'cart:1')).stdout).toMatch(new RegExp(`cart:1 +${reference} +`));
    expect((await kubectl('get', 'imagetag')).stdout).toMatch(
      /^NAME +SPEC +STATUS +HISTORY +UPDATED\ncart:1 +Tag +image\/sha256:/,
    );
    expect((await kubectl('get', 'images')).stdout).toContain(digest);
    expect((await kubectl('get', 'isimage', `cart@${digest}`)).stdout).toMatch(/^NAME +UPDATED\ncart@sha256:/);
  });

  it('prints objects as JSON and YAML without their managed fields', async () => {
    const json = JSON.parse((await kubectl('get', 'is', 'cart', '-o', 'json')).stdout) as StreamView;
    expect(json).toMatchObject({ kind: 'ImageStream', metadata: { name: 'cart', namespace: NAMESPACE } });
    expect(json.metadata).not.toHaveProperty('managedFields');
    expect((await kubectl('get', 'is', 'cart', '-o', 'yaml')).stdout).toMatch(
      /^apiVersion: image\.openshift\.io\/v1\nkind: ImageStream\n/,
    );
    expect((await kubectl('get', 'is', 'cart', '-o', 'yaml', '--show-managed-fields')).stdout).toContain(
      'manager: kubectl-create',
    );
    expect((await kubectl('get', 'istag', 'cart:1', '-o', 'json')).stdout).toContain('"kind": "ImageStreamTag"');
  });

  it('prints names and chosen fields', async () => {
    expect((await kubectl('get', 'is', '-o', 'name')).stdout).toBe(`${STREAM}/cart\n`);
    const path = '-o=jsonpath={.status.tags[0].items[0].image}';
    expect((await kubectl('get', 'is', 'cart', path)).stdout).toBe(digest);
    const columns = '-o=custom-columns=N:.metadata.name,T:.status.tags[*].tag';
    expect((await kubectl('get', 'is', columns)).stdout).toBe('N      T\ncart   1\n');
  });

  it('says that there is nothing, or which thing is missing', async () => {
    await bench.kubectl(['create', 'namespace', 'bare']);
    expect(await bench.kubectl(['get', 'is', '-n', 'bare'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No resources found in bare namespace.\n',
    });
    expect(await kubectl('get', 'is', 'absent')).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): imagestreams.image.openshift.io "absent" not found\n',
    });
    expect(await kubectl('get', 'istag', 'cart:9')).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): imagestreamtags.image.openshift.io "cart:9" not found\n',
    });
    expect(await kubectl('get', 'istag', 'cart')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must be retrieved with <name>:<tag>'),
    });
    expect((await kubectl('get', 'gadgets')).stderr).toBe(
      'error: the server doesn\'t have a resource type "gadgets"\n',
    );
  });

  it('watches streams, and says that tags cannot be watched', async () => {
    const watch = bench.background('kubectl', ['-n', NAMESPACE, 'get', 'is', '-w']);
    await watch.printed(/cart /);
    await kubectl('create', '-f', await bench.manifest('seen.json', streamManifest('seen')));
    await watch.printed(/^seen /m);
    await kubectl('label', 'is', 'seen', 'colour=red');
    await watch.printed(/^seen .*\nseen /m);
    await kubectl('delete', 'is', 'seen');
    await watch.printed(/(^seen .*\n){3}/m);
    watch.kill();
    await watch.ended();
    const tags = await kubectl('get', 'istag', '-w');
    expect(tags.code).toBe(1);
    expect(tags.stdout).toContain('cart:1');
    expect(tags.stderr).toContain('watch is not supported on resources of kind "imagestreamtags.image.openshift.io"');
  });
});

describe('kubectl apply', () => {
  it('creates, leaves alone, changes, and removes what the file no longer has', async () => {
    const write = (tags: Record<string, string>) => bench.manifest('web.json', streamManifest('web', tags));
    expect((await kubectl('apply', '-f', await write({ a: image, b: image }))).stdout).toBe(`${STREAM}/web created\n`);
    expect((await kubectl('apply', '-f', await write({ a: image, b: image }))).stdout).toBe(
      `${STREAM}/web unchanged\n`,
    );
    expect((await kubectl('apply', '-f', await write({ a: image, c: image }))).stdout).toBe(
      `${STREAM}/web configured\n`,
    );
    expect((await stream('web'))?.spec.tags?.map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('names who else owns a field, and takes it over when forced', async () => {
    const write = (from: string) => bench.manifest('shared.json', streamManifest('shared', { 1: from }));
    const other = `${bench.registry.host}/shop/other:1`;
    const apply = ['apply', '--server-side', '-f'];
    expect((await kubectl(...apply, await write(image), '--field-manager=one')).stdout).toBe(
      `${STREAM}/shared serverside-applied\n`,
    );
    const refused = await kubectl(...apply, await write(other), '--field-manager=two');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('conflict with "one": .spec.tags[name="1"].from');
    expect((await stream('shared'))?.spec.tags?.[0]?.from?.name).toBe(image);
    const forced = await kubectl(...apply, await write(other), '--field-manager=two', '--force-conflicts');
    expect(forced).toMatchObject({ code: 0, stdout: `${STREAM}/shared serverside-applied\n` });
    expect((await stream('shared'))?.spec.tags?.[0]?.from?.name).toBe(other);
  });

  it('goes from client-side to server-side apply', async () => {
    const file = await bench.manifest('moved.json', streamManifest('moved', { a: image }));
    await kubectl('apply', '-f', file);
    expect(await kubectl('apply', '--server-side', '-f', file)).toMatchObject({ code: 0, stderr: '' });
    expect(
      (
        await kubectl(
          'apply',
          '--server-side',
          '-f',
          await bench.manifest('moved.json', streamManifest('moved', { b: image })),
        )
      ).code,
    ).toBe(0);
    expect((await stream('moved'))?.spec.tags?.map(({ name }) => name)).toEqual(['b']);
  });
});

describe('kubectl changes', () => {
  beforeAll(() => importedStream('toys'));

  it('patches by merge, by JSON operations and strategically', async () => {
    const patch = (type: string, body: unknown) =>
      kubectl('patch', 'is', 'toys', `--type=${type}`, '-p', JSON.stringify(body));
    expect((await patch('merge', { spec: { lookupPolicy: { local: true } } })).stdout).toBe(`${STREAM}/toys patched\n`);
    expect((await stream('toys'))?.spec.lookupPolicy).toEqual({ local: true });
    await patch('json', [
      { op: 'test', path: '/spec/lookupPolicy/local', value: true },
      { op: 'replace', path: '/spec/lookupPolicy/local', value: false },
    ]);
    expect((await stream('toys'))?.spec.lookupPolicy).toEqual({ local: false });
    await patch('strategic', { spec: { tags: [outsideTag('2', image)] } });
    expect((await stream('toys'))?.spec.tags?.map(({ name }) => name)).toEqual(['1', '2']);
    await patch('strategic', { spec: { tags: [{ name: '2', $patch: 'delete' }] } });
    expect((await stream('toys'))?.spec.tags?.map(({ name }) => name)).toEqual(['1']);
    expect((await patch('merge', { spec: { lookupPolicy: { local: false } } })).stdout).toBe(
      `${STREAM}/toys patched (no change)\n`,
    );
    expect(await patch('json', [{ op: 'remove', path: '/spec/nothing' }])).toMatchObject({ code: 1 });
  });

  it('labels and annotates streams and tags', async () => {
    expect((await kubectl('label', 'is', 'toys', 'age=young')).stdout).toBe(`${STREAM}/toys labeled\n`);
    expect((await kubectl('get', 'is', '-l', 'age in (young,old)', '-o', 'name')).stdout).toBe(`${STREAM}/toys\n`);
    expect((await kubectl('label', 'is', 'toys', 'age-')).stdout).toBe(`${STREAM}/toys unlabeled\n`);
    expect((await kubectl('annotate', 'is', 'toys', 'note=soft')).stdout).toBe(`${STREAM}/toys annotated\n`);
    expect((await kubectl('annotate', 'istag', 'toys:1', 'description=blocks')).code).toBe(0);
    expect((await stream('toys'))?.spec.tags?.[0]).toMatchObject({ annotations: { description: 'blocks' } });
    expect((await kubectl('get', 'is', '--field-selector', 'metadata.name=toys', '-o', 'name')).stdout).toBe(
      `${STREAM}/toys\n`,
    );
  });

  it('edits in an editor', async () => {
    await kubectl('annotate', '--overwrite', 'is', 'toys', 'note=soft');
    const editor = await bench.file('editor.sh', '#!/bin/sh\nsed -i "s/note: soft/note: hard/" "$1"\n');
    await chmod(editor, 0o755);
    const edit = (program: string) =>
      bench.kubectl(['-n', NAMESPACE, 'edit', 'is', 'toys'], { env: { KUBE_EDITOR: program } });
    expect((await edit(editor)).stdout).toBe(`${STREAM}/toys edited\n`);
    expect((await stream('toys'))?.metadata.annotations?.note).toBe('hard');
    expect((await edit('true')).stderr).toContain('Edit cancelled, no changes made.');
  });

  it('replaces with the version it read, and not with an older one', async () => {
    const old = await stream('toys');
    const file = await bench.manifest('old.json', old);
    expect(await kubectl('replace', '-f', file)).toMatchObject({ code: 0, stdout: `${STREAM}/toys replaced\n` });
    await kubectl('label', 'is', 'toys', 'newer=yes');
    expect(await kubectl('replace', '-f', file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Error from server \(Conflict\): .*the object has been modified/),
    });
  });
});

describe('kubectl without consequences', () => {
  it('shows what would be made, and makes nothing', async () => {
    const file = await bench.manifest('dry.json', streamManifest('dry', { 1: image }));
    const shown = await kubectl('create', '-f', file, '--dry-run=server', '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ metadata: { name: 'dry', generation: 1 } });
    expect((await kubectl('apply', '-f', file, '--dry-run=server')).stdout).toBe(
      `${STREAM}/dry created (server dry run)\n`,
    );
    expect(await stream('dry')).toBeUndefined();
  });

  it('changes and deletes nothing in a dry run', async () => {
    await importedStream('kept');
    const before = await stream('kept');
    expect((await kubectl('label', 'is', 'kept', 'a=b', '--dry-run=server')).code).toBe(0);
    expect((await kubectl('delete', 'is', 'kept', '--dry-run=server')).stdout).toContain(
      '"kept" deleted (server dry run)',
    );
    expect((await kubectl('delete', 'istag', 'kept:1', '--dry-run=server')).code).toBe(0);
    expect(await stream('kept')).toEqual(before);
  });

  it('lists and explains what there is', async () => {
    const resources = (await kubectl('api-resources', '--api-group=image.openshift.io')).stdout;
    expect(resources).toMatch(/^imagestreams +is +image\.openshift\.io\/v1 +true +ImageStream$/m);
    expect(resources).toMatch(/^imagestreamtags +istag +image\.openshift\.io\/v1 +true +ImageStreamTag$/m);
    const tags = (await kubectl('explain', 'is.spec.tags')).stdout;
    expect(tags).toContain('FIELD: tags <[]TagReference>');
    expect(tags).toMatch(/^ {2}name\t<string> -required-$/m);
    expect((await kubectl('explain', 'istag.tag.importPolicy', '--recursive')).stdout).toMatch(/scheduled\t<boolean>/);
    expect(await kubectl('explain', 'is.spec.nothing')).toMatchObject({
      code: 1,
      stderr: 'error: field "nothing" does not exist\n',
    });
  });
});

describe('kubectl delete and wait', () => {
  it('deletes a tag with its history', async () => {
    await importedStream('trash');
    expect((await kubectl('delete', 'istag/trash:1')).stdout).toMatch(
      /^imagestreamtag\.image\.openshift\.io "trash:1" deleted/,
    );
    expect((await stream('trash'))?.status.tags ?? []).toEqual([]);
    expect(await kubectl('delete', 'istag/trash:1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NotFound'),
    });
    expect((await kubectl('delete', 'istag/trash:1', '--ignore-not-found')).code).toBe(0);
  });

  it('waits for a field and for the end', async () => {
    await importedStream('brief');
    const condition = '--for=jsonpath={.status.tags[0].tag}=1';
    expect((await kubectl('wait', 'is/brief', condition, '--timeout=10s')).stdout).toBe(
      `${STREAM}/brief condition met\n`,
    );
    const gone = bench.background('kubectl', ['-n', NAMESPACE, 'wait', 'is/brief', '--for=delete', '--timeout=20s']);
    await kubectl('delete', 'is', 'brief');
    expect(await gone.ended()).toMatchObject({ code: 0 });
  });

  it('deletes by label', async () => {
    for (const name of ['one', 'two'])
      await kubectl('create', '-f', await bench.manifest(`${name}.json`, streamManifest(name)));
    await kubectl('label', 'is', 'one', 'two', 'kind=short');
    expect((await kubectl('delete', 'is', '-l', 'kind=short')).code).toBe(0);
    expect((await kubectl('get', 'is', '-l', 'kind=short')).stdout).toBe('');
  });

  it('deletes a namespace with all that is in it', async () => {
    await bench.kubectl(['create', 'namespace', 'passing']);
    await bench.kubectl([
      '-n',
      'passing',
      'create',
      '-f',
      await bench.manifest('p.json', streamManifest('p', { 1: image })),
    ]);
    expect(await bench.kubectl(['delete', 'namespace', 'passing', '--timeout=30s'])).toMatchObject({ code: 0 });
    expect(await bench.object(streamPath('passing', 'p'))).toBeUndefined();
  });
});

describe('kubectl create of built-in kinds, which it sends as protobuf', () => {
  it('makes secrets of each type', async () => {
    expect((await kubectl('create', 'secret', 'generic', 'plain', '--from-literal=key=value')).stdout).toBe(
      'secret/plain created\n',
    );
    const pull = [
      'create',
      'secret',
      'docker-registry',
      'pull',
      '--docker-server=registry.example',
      '--docker-username=u',
      '--docker-password=p',
    ];
    expect((await kubectl(...pull)).stdout).toBe('secret/pull created\n');
    const { certificateFile: cert, keyFile: key } = bench.certificates;
    expect(await kubectl('create', 'secret', 'tls', 'cert', `--cert=${cert}`, `--key=${key}`)).toMatchObject({
      code: 0,
      stdout: 'secret/cert created\n',
    });
    const types = (await kubectl('get', 'secret', 'plain', 'pull', 'cert', '-o', 'jsonpath={.items[*].type}')).stdout;
    expect(types.split(' ')).toEqual(['Opaque', 'kubernetes.io/dockerconfigjson', 'kubernetes.io/tls']);
    const data = JSON.parse((await kubectl('get', 'secret', 'plain', '-o', 'jsonpath={.data}')).stdout) as unknown;
    expect(data).toEqual({ key: Buffer.from('value').toString('base64') });
  });

  it('makes config maps', async () => {
    expect((await kubectl('create', 'configmap', 'settings', '--from-literal=level=high')).stdout).toBe(
      'configmap/settings created\n',
    );
    expect((await kubectl('get', 'cm', 'settings', '-o', 'jsonpath={.data.level}')).stdout).toBe('high');
    expect((await kubectl('describe', 'cm', 'settings')).stdout).toContain('level:\n----\nhigh');
  });

  it('refuses a second one of the same name', async () => {
    await kubectl('create', 'configmap', 'twice');
    expect(await kubectl('create', 'configmap', 'twice')).toMatchObject({
      code: 1,
      stderr: 'error: failed to create configmap: configmaps "twice" already exists\n',
    });
  });
});

describe('kubectl mistakes', () => {
  it('names an unknown field before anything is made', async () => {
    const manifest = { ...streamManifest('odd'), spec: { tagz: [] } };
    const refused = await kubectl('create', '-f', await bench.manifest('odd.json', manifest));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('strict decoding error: unknown field "spec.tagz"');
    const warned = await kubectl('create', '--validate=warn', '-f', await bench.manifest('odd.json', manifest));
    expect(warned.stderr).toContain('Warning: unknown field "spec.tagz"');
    expect(warned.code).toBe(0);
  });

  it('names the field and what would be right', async () => {
    const bad = await kubectl('create', '-f', await bench.manifest('bad.json', streamManifest('Bad_Name')));
    expect(bad.code).toBe(1);
    expect(bad.stderr).toMatch(/The ImageStream "Bad_Name" is invalid: metadata\.name: Invalid value: .*must match/);
    const from = { ...streamManifest('bad'), spec: { tags: [{ name: 'x', from: { kind: 'Oddity', name: 'y' } }] } };
    const kind = await kubectl('create', '-f', await bench.manifest('bad.json', from));
    expect(kind.stderr).toContain("valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'");
    expect(await stream('bad')).toBeUndefined();
  });

  it('needs a namespace that exists', async () => {
    const file = await bench.manifest('lost.json', streamManifest('lost'));
    expect((await bench.kubectl(['-n', 'nowhere', 'create', '-f', file])).stderr).toContain(
      'namespaces "nowhere" not found',
    );
  });
});
