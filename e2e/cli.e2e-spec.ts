import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, imageList, randomImage, reply, ScriptedRegistry, type TestImage } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { history, IMAGE_API, streamManifest, streamPath, type StreamView } from './support/image-streams.js';
import type { Ran } from './support/program.js';

const PROJECT = 'kitchen';
const STREAM = 'imagestream.image.openshift.io';
const TAG = 'imagestreamtag.image.openshift.io';

let bench: Acceptance;
/** `host:port/bakery` of the outside registry. */
let outside: string;
let digests: Record<'1.0' | '1.1' | 'latest' | 'multi', string>;
/** The images of `multi`. */
let rolls: TestImage[];

beforeAll(async () => {
  bench = await Acceptance.start();
  outside = `${bench.registry.host}/bakery`;
  rolls = [randomImage(), randomImage({ architecture: 'arm64' })];
  digests = {
    '1.0': await bench.registry.push('bakery/bread:1.0', randomImage({ form: 'docker' })),
    '1.1': await bench.registry.push('bakery/bread:1.1', randomImage()),
    latest: await bench.registry.push('bakery/bread:latest', randomImage()),
    multi: await bench.registry.push('bakery/rolls:1', imageList(rolls)),
  };
  expect(await faktorz('new-project', PROJECT)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      new RegExp(`^Now using project "${PROJECT}" on server "${bench.system.apiUrl}"\\.\n`),
    ),
  });
}, 120_000);

afterAll(() => bench[Symbol.asyncDispose]());

/** faktorz in the project that `new-project` chose. */
function faktorz(...args: string[]): Promise<Ran> {
  return bench.faktorz(args);
}

function stream(name: string, namespace = PROJECT): Promise<StreamView | undefined> {
  return bench.object<StreamView>(streamPath(namespace, name));
}

async function specTag(name: string, tag: string) {
  return (await stream(name))?.spec.tags?.find((entry) => entry.name === tag);
}

/** A stream `name` with the tags 1.0, 1.1 and latest of the outside repository. */
async function breadStream(name: string): Promise<void> {
  const args = ['import-image', name, `--from=${outside}/bread`, '--all', '--confirm', '--insecure'];
  expect(await faktorz(...args)).toMatchObject({ code: 0 });
}

function refusal(message: string): object {
  return { code: 1, stderr: expect.stringContaining(message) };
}

describe('faktorz whoami and new-project', () => {
  it('tells who is asking, with which token and where', async () => {
    expect(await faktorz('whoami')).toEqual({ code: 0, stdout: 'admin\n', stderr: '' });
    expect((await faktorz('whoami', '-t')).stdout.trim()).toBe(bench.system.token);
    expect((await faktorz('whoami', '--show-server')).stdout.trim()).toBe(bench.system.apiUrl);
  });

  it('refuses a project that exists and a name that cannot be one', async () => {
    expect(await faktorz('new-project', PROJECT)).toMatchObject(
      refusal(`project.project.openshift.io "${PROJECT}" already exists`),
    );
    expect(await faktorz('new-project', 'Bad_Name')).toMatchObject(refusal('metadata.name: Invalid value: "Bad_Name"'));
  });

  it('reads another kubeconfig where told to, and says when there is none', async () => {
    const env = { KUBECONFIG: `${bench.directory}/absent` };
    expect(await bench.faktorz(['whoami'], { env })).toMatchObject({ code: 1, stdout: '' });
    const told = await bench.faktorz([`--kubeconfig=${bench.system.kubeconfig}`, 'whoami'], { env });
    expect(told).toMatchObject({ code: 0, stdout: 'admin\n' });
  });
});

describe('faktorz import-image', () => {
  it('imports one tag into a new stream and describes both', async () => {
    const ran = await faktorz('import-image', 'bun', `--from=${outside}/bread:1.0`, '--confirm', '--insecure');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^imagestream\.image\.openshift\.io\/bun imported\n\nName:\t+bun\n/);
    expect(ran.stdout).toMatch(new RegExp(`\nlatest\n  tagged from ${outside}/bread:1\\.0\n    will use insecure`));
    expect(ran.stdout).toContain(`  * ${outside}/bread@${digests['1.0']}\n`);
    expect(ran.stdout).toMatch(/\nImage Name:\tbun:1\.0\n/);
    expect(history(await stream('bun'), 'latest')).toEqual([digests['1.0']]);
  });

  it('imports a whole repository, and again what has moved', async () => {
    await breadStream('loaf');
    expect((await stream('loaf'))?.status.tags?.map(({ tag }) => tag)).toEqual(['1.0', '1.1', 'latest']);
    const moved = await bench.registry.push('bakery/bread:1.1', randomImage());
    expect(await faktorz('import-image', 'loaf:1.1')).toMatchObject({ code: 0 });
    expect(history(await stream('loaf'), '1.1')).toEqual([moved, digests['1.1']]);
    digests['1.1'] = moved;
  });

  it('takes every flag at once: a list with all its images, then the one of this machine in its place', async () => {
    const flags = ['--insecure', '--scheduled', '--reference-policy=local', '--import-mode=PreserveOriginal'];
    const ran = await faktorz('import-image', 'rolls:1', `--from=${outside}/rolls:1`, '--confirm', ...flags);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(await specTag('rolls', '1')).toMatchObject({
      importPolicy: { insecure: true, scheduled: true, importMode: 'PreserveOriginal' },
      referencePolicy: { type: 'Local' },
    });
    expect(history(await stream('rolls'), '1')).toEqual([digests.multi]);
    for (const { digest } of rolls) expect(await bench.object(`${IMAGE_API}/images/${digest}`)).toBeDefined();

    expect(await faktorz('import-image', 'rolls:1', '--import-mode=Legacy')).toMatchObject({ code: 0 });
    expect(await specTag('rolls', '1')).toMatchObject({
      importPolicy: { insecure: true, scheduled: true, importMode: 'Legacy' },
      referencePolicy: { type: 'Local' },
      generation: 2,
    });
    const [now, before] = history(await stream('rolls'), '1');
    expect(rolls.map(({ digest }) => digest)).toContain(now);
    expect(before).toBe(digests.multi);
  });

  it('imports the newest of a long list of tags, page by page, and names the rest', async () => {
    await using pages = await ScriptedRegistry.start();
    const versions = Array.from({ length: 60 }, (_, minor) => `1.${minor}`);
    for (const tag of versions) pages.serve('bakery/many', tag, rolls[0] as TestImage);
    pages.on('/v2/bakery/many/tags/list', (request, response) => {
      const page = Number(new URL(request.path, pages.url).searchParams.get('page'));
      const tags = versions.slice(page * 25, (page + 1) * 25);
      const next = `</v2/bakery/many/tags/list?page=${page + 1}>; rel="next"`;
      return reply(200, { name: 'bakery/many', tags }, page < 2 ? { link: next } : {})(request, response);
    });
    const args = ['import-image', 'many', `--from=${pages.host}/bakery/many`, '--all', '--confirm', '--insecure'];
    const ran = await faktorz(...args);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const rest = versions.slice(0, 10).reverse().join(', ');
    expect(ran.stdout).toContain(
      `info: The remote repository contained 10 additional tags which were not imported: ${rest}\n`,
    );
    expect((await stream('many'))?.status.tags).toHaveLength(50);
  });

  it('shows a dry run and writes nothing', async () => {
    const args = ['import-image', 'ghost', `--from=${outside}/bread:1.0`, '--confirm', '--insecure', '--dry-run'];
    expect((await faktorz(...args)).stdout).toContain(`${STREAM}/ghost imported (dry run)`);
    expect(await stream('ghost')).toBeUndefined();
  });

  it('tells what failed and ends with 1', async () => {
    const ran = await faktorz('import-image', 'none', `--from=${outside}/none:9`, '--confirm', '--insecure');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(`${STREAM}/none imported with errors\n`);
    expect(ran.stdout).toContain(
      `  ! error: Import failed (NotFound): dockerimage.image.openshift.io "${outside}/none:9" not found\n`,
    );
    expect(ran.stderr).toBe(
      `error: tag 9 failed: dockerimage.image.openshift.io "${outside}/none:9" not found\nerror: imported completed with errors\n`,
    );
  });

  it.each<[string, string[], string]>([
    ['a missing stream', ['nothing'], 'no image stream named "nothing" exists, pass --confirm to create and import'],
    ['no name', [], 'you must specify the name of an image stream'],
    ['a tag with --all', ['bun:latest', '--all'], 'as well as --all'],
    ['an unknown policy', ['bun', '--reference-policy=far'], 'valid reference policy values are source or local'],
    ['a tag that is not there', ['bun:7'], 'the tag "7" does not exist on the image stream'],
  ])('refuses %s', async (_what, args, message) => {
    expect(await faktorz('import-image', ...args)).toMatchObject(refusal(message));
  });
});

describe('faktorz tag', () => {
  beforeAll(() => breadStream('pan'));

  it('sets a tag to the image another one has now', async () => {
    expect((await faktorz('tag', 'pan:1.0', 'pan:fixed')).stdout).toBe(`Tag pan:fixed set to pan@${digests['1.0']}.\n`);
    expect(await specTag('pan', 'fixed')).toMatchObject({
      from: { kind: 'ImageStreamImage', name: `pan@${digests['1.0']}` },
    });
  });

  it('lets a tag follow another, in the same stream only', async () => {
    expect((await faktorz('tag', '--alias', 'pan:1.1', 'pan:stable')).stdout).toBe(
      'Tag pan:stable set up to track pan:1.1.\n',
    );
    expect(history(await stream('pan'), 'stable')).toEqual([digests['1.1']]);
    expect(await faktorz('tag', '--alias', 'pan:1.1', 'pot:stable')).toMatchObject(
      refusal('cannot set alias across different Image Streams'),
    );
    expect(await stream('pot')).toBeUndefined();
  });

  it('takes outside images with every flag', async () => {
    const source = `${outside}/bread:1.0`;
    expect((await faktorz('tag', '--scheduled', '--insecure', source, 'pan:nightly')).stdout).toBe(
      `Tag pan:nightly set to import ${source} periodically.\n`,
    );
    expect((await faktorz('tag', '--reference', source, 'pan:pointer')).stdout).toBe(
      `Tag pan:pointer set to ${source}.\n`,
    );
    expect((await faktorz('tag', '--reference-policy=local', '--insecure', source, 'pan:near')).code).toBe(0);
    expect(
      (await faktorz('tag', '--import-mode=PreserveOriginal', '--insecure', `${outside}/rolls:1`, 'pan:rolls')).code,
    ).toBe(0);
    expect((await faktorz('tag', '--source=docker', '--insecure', source, 'pan:x', 'pan:y')).stdout).toBe(
      `Tag pan:x set to ${source}.\nTag pan:y set to ${source}.\n`,
    );
    expect(await specTag('pan', 'nightly')).toMatchObject({ importPolicy: { scheduled: true, insecure: true } });
    expect(await specTag('pan', 'pointer')).toMatchObject({ reference: true });
    expect(await specTag('pan', 'near')).toMatchObject({ referencePolicy: { type: 'Local' } });
    expect(await specTag('pan', 'rolls')).toMatchObject({ importPolicy: { importMode: 'PreserveOriginal' } });
    await eventually('all imported', async () => {
      const seen = await stream('pan');
      return (
        ['nightly', 'near', 'x', 'y'].every((tag) => history(seen, tag)[0] === digests['1.0']) &&
        history(seen, 'rolls')[0] === digests.multi
      );
    });
    const near = await bench.object<{ image: { dockerImageReference: string } }>(
      streamPath(PROJECT, 'pan').replace('imagestreams/pan', 'imagestreamtags/pan:near'),
    );
    expect(near?.image.dockerImageReference).toBe(
      `${(await stream('pan'))?.status.dockerImageRepository}@${digests['1.0']}`,
    );
  });

  it('forgets what a tag asked for before, however late it comes', async () => {
    await using slow = await ScriptedRegistry.start();
    const [before, after] = [randomImage(), randomImage()];
    slow.serve('bakery/pie', 'before', before).serve('bakery/pie', 'after', after);
    let comes: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (comes = resolve));
    slow.on('/v2/bakery/pie/manifests/before', () => late.then(() => false));
    await faktorz('tag', '--insecure', `${slow.host}/bakery/pie:before`, 'pie:now');
    await eventually('the first image is asked for', () => slow.seen.some((request) => request.endsWith('/before')));
    await faktorz('tag', '--insecure', `${slow.host}/bakery/pie:after`, 'pie:now');
    comes();
    await eventually('the second one is there', async () => history(await stream('pie'), 'now')[0] === after.digest);
    expect(history(await stream('pie'), 'now')).toEqual([after.digest]);
  });

  it('tags across streams and projects', async () => {
    expect((await faktorz('tag', 'pan:1.0', 'plate:1')).stdout).toBe(`Tag plate:1 set to pan@${digests['1.0']}.\n`);
    await bench.kubectl(['create', 'namespace', 'cellar']);
    expect((await faktorz('tag', 'pan:1.0', 'cellar/jar:1')).stdout).toMatch(
      /^Tag cellar\/jar:1 set to .*@sha256:[0-9a-f]{64}\.\n$/,
    );
    expect(history(await stream('jar', 'cellar'), '1')).toEqual([digests['1.0']]);
  });

  it('removes tags', async () => {
    await faktorz('tag', 'pan:1.0', 'pan:a', 'pan:b');
    expect(await faktorz('tag', '-d', 'pan:a', 'pan:b')).toMatchObject({
      code: 0,
      stdout: `Deleted tag ${PROJECT}/pan:a.\nDeleted tag ${PROJECT}/pan:b.\n`,
    });
    expect(await faktorz('tag', '-d', 'pan:a')).toMatchObject(
      refusal('imagestreamtags.image.openshift.io "pan:a" not found'),
    );
  });

  it.each<[string, string[], string]>([
    ['nothing', [], 'you must specify a source and at least one destination or one or more tags to delete'],
    ['no destination', ['pan:1.0'], 'at least a destination is required'],
    ['a destination without a tag', ['pan:1.0', 'pan'], 'must be of the form <stream_name>:<tag>'],
    ['a bad tag name', ['pan:1.0', 'pan:-x'], 'invalid tag "-x" format'],
    [
      'a schedule for an inside image',
      ['--scheduled', 'pan:1.0', 'pan:x'],
      'only container images can have importing flags set',
    ],
    ['--alias with --delete', ['--alias', '-d', 'pan:x'], '--alias and --delete may not be both specified'],
    [
      'an unknown import mode',
      ['--import-mode=Odd', 'pan:1.0', 'pan:x'],
      'valid ImportMode values are Legacy or PreserveOriginal',
    ],
    ['an unknown kind of source', ['--source=box', 'pan:1.0', 'pan:x'], 'invalid source "box"; valid values are'],
    ['a tag without an image', ['pan:absent', 'pan:x2'], 'is not currently pointing to an image'],
    ['a missing stream', ['absent:1', 'pan:x2'], 'imagestreams.image.openshift.io "absent" not found'],
  ])('refuses %s', async (_what, args, message) => {
    expect(await faktorz('tag', ...args)).toMatchObject(refusal(message));
  });
});

describe('faktorz get', () => {
  beforeAll(() => breadStream('tray'));

  it('prints tables, of all projects too', async () => {
    expect((await faktorz('get', 'is', 'tray')).stdout).toMatch(
      /^NAME +IMAGE REPOSITORY +TAGS +UPDATED\ntray +\S+\/kitchen\/tray +(1\.0|1\.1|latest)/,
    );
    expect((await faktorz('get', 'is', '-A')).stdout).toMatch(/^NAMESPACE +NAME +/);
    expect((await faktorz('get', 'is', 'tray', '-n', PROJECT, '-o', 'wide')).code).toBe(0);
    expect((await faktorz('get', 'istag')).stdout).toMatch(
      new RegExp(`^tray:1\\.0 +${outside}/bread@${digests['1.0']} +`, 'm'),
    );
  });

  it('prints objects, names and chosen fields', async () => {
    expect(JSON.parse((await faktorz('get', 'is', 'tray', '-o', 'json')).stdout)).toMatchObject({
      kind: 'ImageStream',
    });
    expect((await faktorz('get', 'istag', 'tray:1.0', '-o', 'yaml')).stdout).toMatch(
      /^apiVersion: image\.openshift\.io\/v1\n/,
    );
    expect((await faktorz('get', 'is', 'tray', '-o', 'name')).stdout).toBe(`${STREAM}/tray\n`);
    expect((await faktorz('get', 'is', 'tray', '-o', 'jsonpath={.status.tags[*].tag}')).stdout).toBe('1.0 1.1 latest');
    expect((await faktorz('get', 'is', 'tray', '-o', 'custom-columns=NAME:.metadata.name')).stdout).toBe(
      'NAME\ntray\n',
    );
  });

  it('goes on with what changes', async () => {
    const watch = bench.background('faktorz', ['get', 'is', 'tray', '-w', '-o', 'name']);
    await watch.printed(/tray\n/);
    await faktorz('tag', 'tray:1.0', 'tray:new');
    await watch.printed(/(.*tray\n){2}/);
    watch.kill();
    await watch.ended();
  });

  it('says what is missing', async () => {
    expect(await faktorz('get', 'is', 'absent')).toMatchObject(
      refusal('Error from server (NotFound): imagestreams.image.openshift.io "absent" not found'),
    );
    expect(await faktorz('get', 'gadgets')).toMatchObject(
      refusal('the server doesn\'t have a resource type "gadgets"'),
    );
    expect(await faktorz('get', 'is', '-n', 'cellar', '-l', 'a=b')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No resources found in cellar namespace.\n',
    });
  });
});

describe('faktorz describe', () => {
  beforeAll(async () => {
    await breadStream('shelf');
    await faktorz('tag', '--alias', 'shelf:1.1', 'shelf:stable');
    await faktorz('tag', '--reference', `${outside}/bread:1.0`, 'shelf:pointer');
  });

  it('tells of a stream, folding aliases into their source', async () => {
    const { code, stdout } = await faktorz('describe', 'is', 'shelf');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Name:\t+shelf\nNamespace:\t+kitchen\nCreated:\t+.* ago\n/);
    expect(stdout).toMatch(/\nUnique Images:\t+\d+\nTags:\t+5\n\nlatest\n/);
    expect(stdout).toMatch(/\n1\.1 \(stable\)\n/);
    expect(stdout).toContain(`\npointer\n  reference to registry ${outside}/bread:1.0\n`);
  });

  it('tells of a tag, and of an image of a stream', async () => {
    const tag = await faktorz('describe', 'istag', 'shelf:1.0');
    expect(tag.stdout).toMatch(new RegExp(`Docker Image:\t+${outside}/bread@${digests['1.0']}\n`));
    expect(tag.stdout).toMatch(/\nArch:\t+amd64\n/);
    const image = await faktorz('describe', 'isimage', `shelf@${digests['1.0']}`);
    expect(image.stdout).toMatch(new RegExp(`\nName:\t+${digests['1.0']}\n`));
  });

  it('says what is missing', async () => {
    expect(await faktorz('describe', 'is', 'absent')).toMatchObject(refusal('not found'));
  });
});

describe('faktorz create, apply and delete', () => {
  it('creates once', async () => {
    const file = await bench.manifest('box.json', streamManifest('box', { 1: `${outside}/bread:1.0` }));
    expect(await faktorz('create', '-f', file)).toEqual({ code: 0, stdout: `${STREAM}/box created\n`, stderr: '' });
    expect(await faktorz('create', '-f', file)).toMatchObject(
      refusal('Error from server (AlreadyExists): error when creating'),
    );
    await eventually('box:1 imported', async () => history(await stream('box'), '1')[0] === digests['1.0']);
  });

  it('applies what changed', async () => {
    const write = (tags: Record<string, string>) => bench.manifest('tin.json', streamManifest('tin', tags));
    const source = `${outside}/bread:1.0`;
    expect((await faktorz('apply', '-f', await write({ a: source }))).stdout).toBe(`${STREAM}/tin created\n`);
    expect((await faktorz('apply', '-f', await write({ a: source }))).stdout).toBe(`${STREAM}/tin unchanged\n`);
    expect((await faktorz('apply', '-f', await write({ b: source }))).stdout).toBe(`${STREAM}/tin configured\n`);
    expect((await stream('tin'))?.spec.tags?.map(({ name }) => name)).toEqual(['b']);
  });

  it('deletes tags and streams', async () => {
    await breadStream('bin');
    expect((await faktorz('delete', 'istag/bin:1.0')).stdout).toBe(
      `${TAG} "bin:1.0" deleted from ${PROJECT} namespace\n`,
    );
    expect((await faktorz('delete', 'is', 'bin')).stdout).toBe(`${STREAM} "bin" deleted from ${PROJECT} namespace\n`);
    expect(await stream('bin')).toBeUndefined();
    expect(await faktorz('delete', 'is', 'bin')).toMatchObject(
      refusal('imagestreams.image.openshift.io "bin" not found'),
    );
  });

  it('refuses YAML that is none, files that are not there, and unknown words', async () => {
    const broken = await bench.file('broken.yaml', 'kind: ImageStream\n  metadata: [\n');
    expect(await faktorz('create', '-f', broken)).toMatchObject(refusal('error'));
    expect(await faktorz('create', '-f', 'absent.yaml')).toMatchObject(
      refusal('the path "absent.yaml" does not exist'),
    );
    expect(await faktorz('bake')).toMatchObject(refusal('unknown command "bake" for "faktorz"'));
    expect(await faktorz('get', 'is', '--loudly')).toMatchObject(refusal('unknown flag: --loudly'));
  });
});
