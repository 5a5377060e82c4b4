import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DockerRegistry, imageList, randomImage } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Acceptance } from './support/acceptance.js';
import { ContainerTools } from './support/container-tools.js';
import { history, streamPath, type StreamView } from './support/image-streams.js';
import type { Ran } from './support/program.js';

jest.setTimeout(180_000); // each command is a process of its own

const PROJECT = 'port';
const NO_TLS = '--tls-verify=false';
const NOT_LET_IN = /unauthorized|authentication required|access denied/i;

let bench: Acceptance;
let admin: ContainerTools;
let bob: ContainerTools;
let bobsToken: string;

beforeAll(async () => {
  bench = await Acceptance.start();
  admin = await ContainerTools.in(join(bench.directory, 'admin'));
  bob = await ContainerTools.in(join(bench.directory, 'bob'));
  await succeed(bench.faktorz(['new-project', PROJECT]));
  await succeed(bench.faktorz(['adm', 'create-user', 'bob']));
  bobsToken = (await succeed(bench.faktorz(['adm', 'create-token', 'bob']))).trim();
}, 180_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function succeed(running: Promise<Ran>): Promise<string> {
  const ran = await running;
  expect(ran).toMatchObject({ code: 0 });
  return ran.stdout;
}

async function fail(running: Promise<Ran>, why: RegExp): Promise<void> {
  const { code, stderr } = await running;
  expect(stderr).toMatch(why);
  expect(code).not.toBe(0);
}

const host = () => `127.0.0.1:${bench.system.registryPort}`;
const image = (name: string) => `docker://${host()}/${PROJECT}/${name}`;
const stream = (name: string) => bench.object<StreamView>(streamPath(PROJECT, name));

/** A request to the registry as administrator, or as the holder of `token`. */
function ask(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
  const { token = bench.system.token, ...rest } = init;
  return fetch(`http://${host()}${path}`, { ...rest, headers: { authorization: `Bearer ${token}`, ...rest.headers } });
}

async function digestOf(name: string): Promise<string> {
  return (JSON.parse(await succeed(admin.skopeo('inspect', NO_TLS, image(name)))) as { Digest: string }).Digest;
}

/** An index as large as that, out of entries that are not there. */
function manyManifests(sizeBytes: number): Buffer {
  const entry = (number: number): object => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${number.toString(16).padStart(64, '0')}`,
    size: 1,
    platform: { architecture: 'amd64', os: 'linux' },
  });
  const index = (count: number, padding = ''): Buffer => {
    const manifests = Array.from({ length: count }, (_, number) => entry(number));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests, annotations: { padding } }));
  };
  const entryBytes = index(2).length - index(1).length;
  const count = Math.floor((sizeBytes - index(1).length) / entryBytes) + 1;
  return index(count, ' '.repeat(sizeBytes - index(count).length));
}

function manifestsIn(index: Buffer): number {
  return (JSON.parse(index.toString()) as { manifests: object[] }).manifests.length;
}

describe('login', () => {
  it.each(['skopeo', 'podman', 'buildah'] as const)('%s takes any user name and a token as password', async (tool) => {
    await succeed(admin[tool]('login', NO_TLS, '-u', 'whoever', '-p', bench.system.token, host()));
    await succeed(bob[tool]('login', NO_TLS, '-u', 'bob', '-p', bobsToken, host()));
  });

  it.each(['skopeo', 'podman', 'buildah'] as const)('%s is told when the token is no good', async (tool) => {
    const stranger = await ContainerTools.in(join(bench.directory, `stranger-${tool}`));
    await fail(
      stranger[tool]('login', NO_TLS, '-u', 'admin', '-p', 'sha256~guessed', host()),
      /invalid username\/password|unauthorized/i,
    );
  });
});

describe('a pushed image', () => {
  it('that buildah has made creates the stream', async () => {
    const container = (await succeed(admin.buildah('from', 'scratch'))).trim();
    const content = join(bench.directory, 'motd');
    await writeFile(content, 'made of nothing\n');
    await succeed(admin.buildah('copy', container, content, '/motd'));
    await succeed(admin.buildah('config', '--label', 'made=here', container));
    await succeed(admin.buildah('commit', container, 'ship:1'));
    await succeed(admin.buildah('push', NO_TLS, 'ship:1', image('ship:1')));

    const made = await stream('ship');
    expect(made?.status).toMatchObject({ dockerImageRepository: `${host()}/${PROJECT}/ship` });
    expect(history(made, '1')).toEqual([await digestOf('ship:1')]);
    const tag = await bench.object<{ image: Record<string, unknown> }>(
      `/apis/image.openshift.io/v1/namespaces/${PROJECT}/imagestreamtags/ship:1`,
    );
    expect(tag?.image).toMatchObject({
      dockerImageReference: `${host()}/${PROJECT}/ship@${await digestOf('ship:1')}`,
      dockerImageMetadata: { Config: { Labels: { made: 'here' } }, Architecture: 'amd64' },
      dockerImageLayers: [expect.objectContaining({ mediaType: expect.stringContaining('layer') })],
    });
  });

  it('is inspected, listed and copied by skopeo', async () => {
    await succeed(
      admin.skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', image('ship:1'), image('ship:stable')),
    );
    await succeed(
      admin.skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', image('ship:1'), image('boat:1')),
    );
    const tags = JSON.parse(await succeed(admin.skopeo('list-tags', NO_TLS, image('ship')))) as { Tags: string[] };
    expect(tags.Tags).toEqual(['1', 'stable']);
    const catalog = (await (await ask('/v2/_catalog')).json()) as { repositories: string[] };
    expect(catalog.repositories).toEqual(expect.arrayContaining([`${PROJECT}/boat`, `${PROJECT}/ship`]));
    expect(await digestOf('boat:1')).toBe(await digestOf('ship:1'));
  });

  it('is pulled by podman, and pushed under another name', async () => {
    await succeed(admin.podman('pull', NO_TLS, `${host()}/${PROJECT}/ship:1`));
    await succeed(admin.podman('tag', `${host()}/${PROJECT}/ship:1`, `${host()}/${PROJECT}/raft:2`));
    await succeed(admin.podman('push', NO_TLS, `${host()}/${PROJECT}/raft:2`));
    expect(history(await stream('raft'), '2')).toHaveLength(1);
  });

  it('for several platforms comes with all of them', async () => {
    const source = `docker://${bench.registry.host}/yard/fleet:1`;
    const fleet = imageList([randomImage(), randomImage({ architecture: 'arm64' })]);
    await bench.registry.push('yard/fleet:1', fleet);
    await succeed(
      admin.skopeo('copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false', source, image('fleet:1')),
    );
    expect(history(await stream('fleet'), '1')).toEqual([fleet.digest]);
    const other = `docker://${host()}/${PROJECT}/fleet@${fleet.children[1]!.digest}`;
    await succeed(admin.skopeo('inspect', NO_TLS, other));
  });

  it('keeps its digests when all of it is copied, or synced to a directory and back', async () => {
    const [digest] = history(await stream('fleet'), '1');
    const both = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    await succeed(admin.skopeo('copy', '--all', '--preserve-digests', ...both, image('fleet:1'), image('flotilla:1')));
    const directory = join(bench.directory, 'synced');
    const fleet = `${host()}/${PROJECT}/fleet`;
    await succeed(
      admin.skopeo('sync', '--all', '--src', 'docker', '--src-tls-verify=false', '--dest', 'dir', fleet, directory),
    );
    await rename(join(directory, 'fleet:1'), join(directory, 'armada:1'));
    const back = ['--src', 'dir', '--dest', 'docker', '--dest-tls-verify=false'];
    await succeed(admin.skopeo('sync', '--all', ...back, directory, `${host()}/${PROJECT}`));
    for (const name of ['flotilla', 'armada']) expect(history(await stream(name), '1')).toEqual([digest]);
  });

  it('for several platforms is put together and pushed by buildah, in either format', async () => {
    for (const architecture of ['amd64', 'arm64']) {
      const container = (await succeed(admin.buildah('from', 'scratch'))).trim();
      await succeed(admin.buildah('config', '--arch', architecture, '--env', `ARCH=${architecture}`, container));
      await succeed(admin.buildah('commit', container, `hull-${architecture}`));
    }
    await succeed(admin.buildah('manifest', 'create', 'hulls', 'hull-amd64', 'hull-arm64'));
    for (const format of ['oci', 'v2s2']) {
      const target = image(`hulls:${format}`);
      await succeed(admin.buildah('manifest', 'push', NO_TLS, '--all', '--format', format, 'hulls', target));
      const arm = await succeed(admin.skopeo('--override-arch', 'arm64', 'inspect', NO_TLS, target));
      expect(JSON.parse(arm)).toMatchObject({ Architecture: 'arm64', Env: ['ARCH=arm64'] });
    }
  });

  it('is saved, loaded and searched for by podman', async () => {
    const archive = join(bench.directory, 'ship.tar');
    const name = `${host()}/${PROJECT}/ship`;
    await succeed(admin.podman('save', '--format', 'oci-archive', '--output', archive, `${name}:1`));
    await succeed(admin.skopeo('copy', '--dest-tls-verify=false', `oci-archive:${archive}`, image('saved:1')));
    await succeed(admin.podman('load', '--input', archive));
    expect(await succeed(admin.podman('search', NO_TLS, '--list-tags', name))).toMatch(/ship +stable$/m);
    expect(await succeed(admin.podman('search', NO_TLS, `${host()}/`))).toMatch(/\/port\/ship +$/m);
  });

  it('may have either format of today, and that of the day before', async () => {
    const both = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    for (const format of ['v2s2', 'oci'])
      await succeed(admin.skopeo('copy', '--format', format, ...both, image('ship:1'), image(`formats:${format}`)));
    await succeed(admin.skopeo('copy', '--format', 'v2s1', ...both, image('ship:1'), image('formats:v2s1')));
    expect((await stream('formats'))?.status.tags?.map(({ tag }) => tag)).toEqual(['oci', 'v2s1', 'v2s2']);

    const signed = await digestOf('formats:v2s1');
    const [byTag, byDigest] = await Promise.all(
      ['v2s1', signed].map(async (reference) => {
        const answer = await ask(`/v2/${PROJECT}/formats/manifests/${reference}`);
        expect(answer.headers.get('content-type')).toBe('application/vnd.docker.distribution.manifest.v1+prettyjws');
        expect(answer.headers.get('docker-content-digest')).toBe(signed);
        return answer.text();
      }),
    );
    expect(byTag).toBe(byDigest);
    expect(await succeed(admin.skopeo('inspect', '--raw', NO_TLS, image('formats:v2s1')))).toBe(byTag);
    const directory = `dir:${join(bench.directory, 'schema1')}`;
    await succeed(admin.skopeo('copy', '--src-tls-verify=false', image('formats:v2s1'), directory));
    await succeed(admin.skopeo('copy', '--dest-tls-verify=false', directory, image('again:v2s1')));
    await succeed(admin.skopeo('inspect', NO_TLS, image('again:v2s1')));
  });

  it('is shown through a tag of another stream that was set to it', async () => {
    await succeed(bench.faktorz(['-n', PROJECT, 'tag', 'ship:1', 'dock:current']));
    await succeed(
      admin.skopeo('copy', '--src-tls-verify=false', image('dock:current'), `dir:${join(bench.directory, 'dock')}`),
    );
  });

  it('by digest alone is there, and no tag of it', async () => {
    const alone = randomImage();
    const copied = `docker://${host()}/${PROJECT}/ship@${alone.digest}`;
    await bench.registry.push('yard/alone:1', alone);
    const source = `docker://${bench.registry.host}/yard/alone:1`;
    await succeed(admin.skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', source, copied));
    await succeed(admin.skopeo('inspect', NO_TLS, copied));
    expect((await stream('ship'))?.status.tags?.map(({ tag }) => tag)).toEqual(['1', 'stable']);
  });

  it('may have a manifest of 4 MiB, and is an image like any other', async () => {
    const indexed = manyManifests(4 * 1024 * 1024);
    const type = { 'content-type': 'application/vnd.oci.image.index.v1+json' };
    const path = `/v2/${PROJECT}/crowd/manifests/1`;
    expect((await ask(path, { method: 'PUT', body: indexed, headers: type })).status).toBe(201);
    const pulled = await ask(path, { headers: { accept: type['content-type'] } });
    expect(Buffer.from(await pulled.arrayBuffer()).equals(indexed)).toBe(true);
    const tag = await bench.object<{ image: { dockerImageManifests: object[] } }>(
      `/apis/image.openshift.io/v1/namespaces/${PROJECT}/imagestreamtags/crowd:1`,
    );
    expect(tag?.image.dockerImageManifests).toHaveLength(manifestsIn(indexed));
  });

  it('is signed, and the signature found', async () => {
    const digest = await digestOf('ship:1');
    const path = `/extensions/v2/${PROJECT}/ship/signatures/${digest}`;
    const signature = { schemaVersion: 2, name: `${digest}@0123`, type: 'AtomicImageV1', content: 'c2lnbmVk' };
    const put = () => ask(path, { method: 'PUT', body: JSON.stringify(signature) });
    expect((await put()).status).toBe(201);
    expect((await put()).status).toBe(409);
    expect(await (await ask(path)).json()).toEqual({ signatures: [signature] });
    const untyped = { ...signature, name: `${digest}@4567`, type: undefined, content: 'YW5ldw==' };
    expect((await ask(path, { method: 'PUT', body: JSON.stringify(untyped) })).status).toBe(201);
    const { signatures } = (await (await ask(path)).json()) as { signatures: object[] };
    expect(signatures).toContainEqual({ ...untyped, type: 'AtomicImageV1' });
  });

  it('is signed with nothing that is no signature of it', async () => {
    const digest = await digestOf('ship:1');
    const path = `/extensions/v2/${PROJECT}/ship/signatures/${digest}`;
    const good = { schemaVersion: 2, name: `${digest}@89ab`, type: 'AtomicImageV1', content: 'c2lnbmVk' };
    const other = `sha256:${'0'.repeat(64)}`;
    const bad = [
      '{',
      '[]',
      ...[{ schemaVersion: 1 }, { name: 'x' }, { name: `${other}@89ab` }, { content: 7 }].map((change) =>
        JSON.stringify({ ...good, ...change }),
      ),
    ];
    for (const body of bad) {
      const answer = await ask(path, { method: 'PUT', body });
      expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ code: 'SIGNATURE_INVALID' }] }]);
    }
    for (const method of ['GET', 'PUT']) {
      const body = method === 'PUT' ? JSON.stringify({ ...good, name: `${other}@89ab` }) : undefined;
      const missing = await ask(path.replace(digest, other), { method, body });
      expect([missing.status, await missing.text()]).toEqual([404, '']);
    }
  });

  it('is deleted: its tag alone by the tag, every tag of it by the digest', async () => {
    expect((await ask(`/v2/${PROJECT}/ship/manifests/stable`, { method: 'DELETE' })).status).toBe(202);
    expect((await stream('ship'))?.status.tags?.map(({ tag }) => tag)).toEqual(['1']);
    await succeed(admin.skopeo('delete', NO_TLS, image('ship:1')));
    await fail(admin.skopeo('inspect', NO_TLS, image('ship:1')), /manifest unknown|name unknown/);
    expect((await stream('ship'))?.status.tags).toBeUndefined();
  });
});

describe('an imported image', () => {
  it('is pulled through, kept, and there when its registry is not', async () => {
    await using outside = await DockerRegistry.start();
    const digest = await outside.push('far/away:1', randomImage({ layers: 3 }));
    const from = `--from=${outside.host}/far/away:1`;
    await succeed(bench.faktorz(['-n', PROJECT, 'import-image', 'away:1', from, '--confirm', '--insecure']));
    const pulled = (name: string) => join(bench.directory, name);
    await succeed(admin.skopeo('copy', '--src-tls-verify=false', image('away:1'), `dir:${pulled('first')}`));
    expect(await digestOf('away:1')).toBe(digest);
    await outside.stop();
    await succeed(admin.skopeo('copy', '--src-tls-verify=false', image('away:1'), `dir:${pulled('second')}`));
    expect(await readdir(pulled('second'))).toEqual(await readdir(pulled('first')));
  });

  it('whose import failed is not there', async () => {
    await bench.faktorz([
      '-n',
      PROJECT,
      'import-image',
      'lost:1',
      `--from=${bench.registry.host}/no/such:1`,
      '--confirm',
      '--insecure',
    ]);
    await fail(admin.skopeo('inspect', NO_TLS, image('lost:1')), /manifest unknown/);
  });
});

describe('whoever', () => {
  const pull = (tools: ContainerTools) => tools.skopeo('inspect', NO_TLS, image('boat:1'));
  const push = (tools: ContainerTools, name: string) =>
    tools.skopeo(
      'copy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${bench.registry.host}/yard/alone:1`,
      image(name),
    );

  it('is nobody, or has no right, is not let in', async () => {
    const nobody = await ContainerTools.in(join(bench.directory, 'nobody'));
    await fail(pull(nobody), NOT_LET_IN);
    await fail(pull(bob), NOT_LET_IN);
    await fail(push(bob, 'bobs:1'), NOT_LET_IN);
    expect(await (await ask('/v2/_catalog', { token: bobsToken })).json()).toEqual({ repositories: [] });
  });

  it('is nobody pulls what is there for everybody, and pushes nothing', async () => {
    const everybody = ['system:image-puller', 'system:unauthenticated'];
    await succeed(bench.faktorz(['-n', PROJECT, 'policy', 'add-role-to-group', ...everybody]));
    const nobody = await ContainerTools.in(join(bench.directory, 'nobody'));
    await succeed(nobody.skopeo('inspect', NO_TLS, image('boat:1')));
    await succeed(
      nobody.skopeo('copy', '--src-tls-verify=false', image('boat:1'), `dir:${join(bench.directory, 'free')}`),
    );
    const both = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    await fail(nobody.skopeo('copy', ...both, image('boat:1'), image('boat:2')), NOT_LET_IN);
    await succeed(bench.faktorz(['-n', PROJECT, 'policy', 'remove-role-from-group', ...everybody]));
    await fail(nobody.skopeo('inspect', NO_TLS, image('boat:1')), NOT_LET_IN);
  });

  it('is a registry-viewer pulls, and pushes nothing', async () => {
    await succeed(bench.faktorz(['-n', PROJECT, 'policy', 'add-role-to-user', 'registry-viewer', 'bob']));
    await succeed(pull(bob));
    await fail(push(bob, 'bobs:1'), NOT_LET_IN);
    const catalog = (await (await ask('/v2/_catalog', { token: bobsToken })).json()) as { repositories: string[] };
    expect(catalog.repositories).toContain(`${PROJECT}/boat`);
    expect(catalog.repositories.every((name) => name.startsWith(`${PROJECT}/`))).toBe(true);
  });

  it('is a system:image-pusher pushes to streams there are, and makes none', async () => {
    await succeed(bench.faktorz(['-n', PROJECT, 'policy', 'add-role-to-user', 'system:image-pusher', 'bob']));
    await succeed(push(bob, 'boat:bobs'));
    await fail(push(bob, 'bobs:1'), /denied/);
  });

  it('is a registry-editor makes streams', async () => {
    await succeed(bench.faktorz(['-n', PROJECT, 'policy', 'add-role-to-user', 'registry-editor', 'bob']));
    await succeed(push(bob, 'bobs:1'));
    expect(await stream('bobs')).toBeDefined();
  });

  it('loses the role loses the right at once', async () => {
    for (const role of ['registry-viewer', 'registry-editor', 'system:image-pusher'])
      await succeed(bench.faktorz(['-n', PROJECT, 'policy', 'remove-role-from-user', role, 'bob']));
    await fail(pull(bob), NOT_LET_IN);
  });

  it('pushes to a project that is not there is denied, even the administrator', async () => {
    const copy = admin.skopeo(
      'copy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${bench.registry.host}/yard/alone:1`,
      `docker://${host()}/nowhere/x:1`,
    );
    await fail(copy, /denied/);
  });
});
