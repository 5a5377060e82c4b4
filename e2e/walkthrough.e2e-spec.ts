import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, randomImage } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { history, IMAGE_API, streamPath, type StreamView } from './support/image-streams.js';

const PROJECT = 'demo-project';
const RUBY = 'openshift/ruby-20-centos7';
const HTTPD = 'fedora/httpd';

let bench: Acceptance;
/** Digests of what the outside registry has, by reference. */
const outside: Record<string, string> = {};

beforeAll(async () => {
  bench = await Acceptance.start({
    secureRegistry: true,
    env: { FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '1', FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0' },
  });
  for (const reference of [
    `${RUBY}:latest`,
    `${RUBY}:2.0`,
    `${RUBY}:2.1`,
    `${HTTPD}:11.0`,
    `${HTTPD}:version11.0`,
    'library/mysql:latest',
  ])
    await push(reference);
  await type(`faktorz new-project ${PROJECT}`);
}, 120_000);

afterAll(() => bench[Symbol.asyncDispose]());

/** Moves an outside tag to a new image. */
async function push(reference: string): Promise<string> {
  return (outside[reference] = await bench.registry.push(reference, randomImage()));
}

/** Types a command; `docker.io` stands for the outside registry. It has to succeed; what it printed. */
async function type(line: string): Promise<string> {
  const ran = await attempt(line);
  expect(ran).toMatchObject({ code: 0 });
  return ran.stdout;
}

function attempt(line: string) {
  const [program, ...args] = line.replaceAll('docker.io', bench.registry.host).split(' ');
  if (program !== 'faktorz') throw new Error(`not a command of ours: ${line}`);
  return bench.faktorz(args);
}

function stream(name: string): Promise<StreamView | undefined> {
  return bench.object<StreamView>(streamPath(PROJECT, name));
}

async function tagSpec(name: string, tag: string) {
  return (await stream(name))?.spec.tags?.find((entry) => entry.name === tag);
}

/** Waits until a tag's newest image is this one. */
async function pointsAt(name: string, tag: string, digest: string | undefined): Promise<void> {
  await eventually(`${name}:${tag} at ${digest}`, async () => history(await stream(name), tag)[0] === digest, 15_000);
}

/** Writes a manifest as users do and creates it. */
async function createFrom(yaml: string): Promise<string> {
  const file = await bench.file('stream.yaml', yaml.replaceAll('docker.io', bench.registry.host));
  return type(`faktorz create -f ${file}`);
}

describe('importing', () => {
  it('takes the latest tag of a repository', async () => {
    const printed = await type(`faktorz import-image my-ruby --from=docker.io/${RUBY} --confirm`);
    expect(printed).toContain('imagestream.image.openshift.io/my-ruby imported');
    expect(history(await stream('my-ruby'), 'latest')).toEqual([outside[`${RUBY}:latest`]]);
  });

  it('takes all tags', async () => {
    await type(`faktorz import-image ruby --from=docker.io/${RUBY} --confirm --all`);
    expect((await stream('ruby'))?.status.tags?.map(({ tag }) => tag)).toEqual(['2.0', '2.1', 'latest']);
  });

  it('takes a repository named in a file, in the old form of the file too', async () => {
    await createFrom(`apiVersion: "v1"
kind: "ImageStream"
metadata:
  name: "from-file"
spec:
  dockerImageRepository: "docker.io/${RUBY}"
`);
    await pointsAt('from-file', 'latest', outside[`${RUBY}:latest`]);
    expect(await tagSpec('from-file', 'latest')).toMatchObject({
      from: { kind: 'DockerImage', name: `${bench.registry.host}/${RUBY}:latest` },
    });
  });
});

describe('adding tags', () => {
  it('permanent: the source may move, the tag stays', async () => {
    const before = outside[`${RUBY}:2.0`];
    expect(await type('faktorz tag ruby:2.0 ruby:static-2.0')).toBe(`Tag ruby:static-2.0 set to ruby@${before}.\n`);
    const after = await push(`${RUBY}:2.0`);
    await type('faktorz import-image ruby:2.0');
    await pointsAt('ruby', '2.0', after);
    expect(history(await stream('ruby'), 'static-2.0')).toEqual([before]);
  });

  it('tracking: the tag moves with its source', async () => {
    const before = outside[`${RUBY}:2.1`];
    expect(await type('faktorz tag --alias=true ruby:2.1 ruby:stable')).toBe(
      'Tag ruby:stable set up to track ruby:2.1.\n',
    );
    const after = await push(`${RUBY}:2.1`);
    await type('faktorz import-image ruby:2.1');
    await pointsAt('ruby', 'stable', after);
    expect(history(await stream('ruby'), 'stable')).toEqual([after, before]);
  });

  it('tracking: not across streams', async () => {
    const refused = await attempt('faktorz tag --alias=true ruby:2.1 my-ruby:stable');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot set alias across different Image Streams'),
    });
    expect(await tagSpec('my-ruby', 'stable')).toBeUndefined();
  });

  it('scheduled: the tag is imported again by itself', async () => {
    await type(`faktorz tag --scheduled=true docker.io/${HTTPD}:11.0 httpd:11.0`);
    await pointsAt('httpd', '11.0', outside[`${HTTPD}:11.0`]);
    await pointsAt('httpd', '11.0', await push(`${HTTPD}:11.0`));
    expect(await tagSpec('httpd', '11.0')).toMatchObject({ importPolicy: { scheduled: true } });
  });

  it('reference: the tag only names its source', async () => {
    await type(`faktorz tag --reference docker.io/${HTTPD}:11.0 httpd:elsewhere`);
    expect(await tagSpec('httpd', 'elsewhere')).toMatchObject({ reference: true });
    expect((await stream('httpd'))?.status.tags?.find(({ tag }) => tag === 'elsewhere')?.items).toMatchObject([
      { dockerImageReference: `${bench.registry.host}/${HTTPD}:11.0`, image: '' },
    ]);
  });

  it('with a local reference policy, pulls go through our registry', async () => {
    await type(`faktorz tag --reference-policy=local docker.io/${HTTPD}:11.0 httpd:near`);
    const digest = outside[`${HTTPD}:11.0`];
    await pointsAt('httpd', 'near', digest);
    const tag = await bench.object<{ image: { dockerImageReference: string } }>(
      `${IMAGE_API}/namespaces/${PROJECT}/imagestreamtags/httpd:near`,
    );
    expect(tag?.image.dockerImageReference).toBe(`${(await stream('httpd'))?.status.dockerImageRepository}@${digest}`);
  });

  it('a second stream, with a tag of its own image', async () => {
    expect(await type('faktorz tag httpd:11.0 httpd:static-11.0')).toBe(
      `Tag httpd:static-11.0 set to httpd@${outside[`${HTTPD}:11.0`]}.\n`,
    );
    expect(await type('faktorz get is')).toMatch(/^httpd +\S+\/demo-project\/httpd +\S*11\.0/m);
  });
});

describe('tags written in a file', () => {
  it('scheduled', async () => {
    await createFrom(`apiVersion: v1
kind: ImageStream
metadata:
  name: planned
spec:
  tags:
  - from:
      kind: DockerImage
      name: docker.io/${RUBY}
    name: latest
    importPolicy:
      scheduled: true
`);
    await pointsAt('planned', 'latest', outside[`${RUBY}:latest`]);
    await pointsAt('planned', 'latest', await push(`${RUBY}:latest`));
  });

  it('insecure, with the local policy', async () => {
    await createFrom(`kind: ImageStream
apiVersion: v1
metadata:
  name: lenient
  annotations:
    openshift.io/image.insecureRepository: "true"
spec:
  tags:
  - from:
      kind: DockerImage
      name: docker.io/${HTTPD}:version11.0
    name: mytag
    importPolicy:
      insecure: true
    referencePolicy:
      type: Local
`);
    await pointsAt('lenient', 'mytag', outside[`${HTTPD}:version11.0`]);
    expect(await type('faktorz describe is lenient')).toContain(
      'prefer registry pullthrough when referencing this tag',
    );
  });

  it('with what a catalogue shows', async () => {
    const annotations = {
      'openshift.io/display-name': 'Ruby, second',
      description: 'Builds and runs programs.',
      iconClass: 'icon-ruby',
      sampleRepo: 'https://git.example/sample.git',
      tags: 'builder,ruby',
      supports: 'ruby',
      version: '2.0',
    };
    await createFrom(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ImageStream',
        metadata: { name: 'catalogue', annotations: { 'openshift.io/display-name': 'Ruby' } },
        spec: { tags: [{ name: '2.0', annotations, from: { kind: 'DockerImage', name: `docker.io/${RUBY}:latest` } }] },
      }),
    );
    expect(await tagSpec('catalogue', '2.0')).toMatchObject({ annotations });
    const described = await type('faktorz describe is catalogue');
    for (const line of [
      'Builds and runs programs.',
      'Tags: builder, ruby',
      'Supports: ruby',
      'Example Repo: https://git.example/sample.git',
    ])
      expect(described).toContain(`  ${line}\n`);
  });
});

describe('referring to images', () => {
  it('by tag', async () => {
    expect(await type('faktorz describe istag ruby:2.0')).toContain(`@${outside[`${RUBY}:2.0`]}`);
    expect(await type('faktorz get istag ruby:2.0 -o name')).toBe('imagestreamtag.image.openshift.io/ruby:2.0\n');
  });

  it('by image, with the whole id or the beginning of it, in older forms too', async () => {
    const digest = outside[`${RUBY}:2.0`] ?? '';
    expect(await type('faktorz describe is ruby')).toContain(`* ${bench.registry.host}/${RUBY}@${digest}\n`);
    const short = digest.slice('sha256:'.length, 'sha256:'.length + 9);
    for (const line of [
      `faktorz get -o yaml isimage ruby@${digest}`,
      `faktorz get -o yaml --export isimage ruby@${short}`,
      `faktorz export isimage ruby@${short}`,
    ]) {
      const printed = await type(line);
      expect(printed).toContain('kind: ImageStreamImage\n');
      expect(printed).toContain(`dockerImageReference: ${bench.registry.host}/${RUBY}@${digest}\n`);
    }
  });

  it('says which one is missing', async () => {
    expect(await attempt('faktorz describe istag ruby:9')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"ruby:9" not found'),
    });
    expect((await attempt('faktorz export isimage ruby@0000000')).stderr).toContain('not found');
  });
});

describe('looking images up', () => {
  it('is switched on and off per stream', async () => {
    await type('faktorz import-image mysql --from=docker.io/library/mysql --confirm');
    expect(await type('faktorz set image-lookup')).toMatch(/^NAME +LOCAL\n(.*\n)*mysql +false\n/);
    expect(await type('faktorz set image-lookup mysql')).toBe(
      'imagestream.image.openshift.io/mysql image lookup updated\n',
    );
    expect((await stream('mysql'))?.spec.lookupPolicy).toEqual({ local: true });
    expect(await type('faktorz set image-lookup')).toMatch(/^mysql +true$/m);
    expect(await type('faktorz set image-lookup mysql --enabled=false')).toContain('image lookup updated\n');
    expect((await stream('mysql'))?.spec.lookupPolicy).toEqual({ local: false });
  });
});

describe('removing tags', () => {
  beforeAll(async () => {
    for (const tag of ['a', 'b', 'version11.0', 'version11.1']) await type(`faktorz tag httpd:11.0 httpd:${tag}`);
  });

  it.each<[line: string, tag: string]>([
    ['faktorz delete istag/httpd:a', 'a'],
    ['faktorz tag -d httpd:b', 'b'],
    ['faktorz delete httpd:version11.0', 'version11.0'],
    [`faktorz delete ${PROJECT}/httpd:version11.1`, 'version11.1'],
  ])('by %s', async (line, tag) => {
    await type(line);
    const left = await stream('httpd');
    expect(left?.spec.tags?.map(({ name }) => name)).not.toContain(tag);
    expect(left?.status.tags?.map((entry) => entry.tag)).not.toContain(tag);
    expect(history(left, '11.0')).not.toEqual([]);
  });

  it('says when there is no such tag', async () => {
    expect(await attempt('faktorz delete httpd:version11.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"httpd:version11.0" not found'),
    });
  });
});
