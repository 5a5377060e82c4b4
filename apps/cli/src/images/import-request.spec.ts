import type { TagReference } from '@faktorz/domain';
import { describe, expect, it } from '@jest/globals';
import type { ImageStream } from './image-stream.js';
import { type ImportOptions, planImport } from './import-request.js';
import { readImportTarget } from './import-target.js';

const OPTIONS: ImportOptions = {
  target: 'shop',
  from: '',
  confirm: false,
  all: false,
  scheduled: false,
  insecure: undefined,
  referencePolicy: 'Source',
  importMode: 'Legacy',
  dryRun: false,
};

const tag = (name: string, kind: string, from: string, importPolicy = {}) =>
  ({
    name,
    from: { kind, name: from },
    importPolicy,
    referencePolicy: { type: 'Source' },
    annotations: null,
  }) as TagReference;

function stream(tags: TagReference[], more: Partial<ImageStream> = {}): ImageStream {
  return { metadata: { name: 'shop', namespace: 'store', resourceVersion: '7' }, spec: { tags }, ...more };
}

function plan(target: string, known: ImageStream | undefined, options: Partial<ImportOptions> = {}) {
  const all = { ...OPTIONS, target, ...options };
  return planImport(known, readImportTarget(target, all.all), all, 'store').request as {
    metadata: object;
    spec: { import: boolean; images?: object[]; repository?: object };
  };
}

describe('which stream and tag are meant', () => {
  it.each([
    ['shop', false, { name: 'shop', tag: 'latest' }],
    ['shop:1', false, { name: 'shop', tag: '1' }],
    ['shop', true, { name: 'shop', tag: '' }],
    ['registry.example.net/team/shop:1', false, { name: 'shop', tag: '1' }],
  ])('%s', (target, all, expected) => {
    expect(readImportTarget(target, all)).toEqual(expected);
  });

  it.each([
    ['', false, 'you must specify the name of an image stream'],
    [`shop@sha256:${'ab'.repeat(32)}`, false, "to import images by ID, use the 'tag' command"],
    ['shop:1', true, 'cannot specify a tag "shop:1" as well as --all'],
    ['Shop', false, 'the image name must be a valid container image pull spec'],
  ])('refuses %j', (target, all, message) => {
    expect(() => readImportTarget(target, all)).toThrow(message);
  });
});

describe('a stream that does not exist', () => {
  it('needs --confirm', () => {
    expect(() => plan('shop', undefined)).toThrow(
      'no image stream named "shop" exists, pass --confirm to create and import',
    );
  });

  it('imports from --from, else from the target itself', () => {
    expect(plan('shop', undefined, { confirm: true, from: 'r.example.net/a/b' }).spec.images).toMatchObject([
      { from: { name: 'r.example.net/a/b' }, to: { name: 'latest' } },
    ]);
    expect(plan('r.example.net/a/shop:2', undefined, { confirm: true }).spec.images).toMatchObject([
      { from: { name: 'r.example.net/a/shop:2' }, to: { name: '2' } },
    ]);
  });

  it('imports a whole repository with --all', () => {
    const request = plan('shop', undefined, { confirm: true, all: true, from: 'r.example.net/a/b', insecure: true });
    expect(request.spec).toMatchObject({
      import: true,
      repository: { from: { name: 'r.example.net/a/b' }, importPolicy: { insecure: true } },
    });
  });
});

describe('a stream that exists', () => {
  const known = stream([
    tag('latest', 'ImageStreamTag', 'shop:1'),
    tag('1', 'DockerImage', 'r.example.net/a/b:1', { insecure: true, scheduled: true }),
    tag('image', 'ImageStreamImage', 'shop@abc'),
    tag('elsewhere', 'ImageStreamTag', 'other:1'),
    tag('loop', 'ImageStreamTag', 'loop'),
    { name: 'empty', annotations: null, importPolicy: {}, referencePolicy: { type: 'Source' } },
  ]);

  it('follows an alias and keeps what its tag had, and its version', () => {
    const request = plan('shop', known);
    expect(request.metadata).toMatchObject({ name: 'shop', namespace: 'store', resourceVersion: '7' });
    expect(request.spec.images).toEqual([
      {
        from: { kind: 'DockerImage', name: 'r.example.net/a/b:1' },
        to: { name: '1' },
        importPolicy: { insecure: true, scheduled: true, importMode: 'Legacy' },
        referencePolicy: { type: 'Source' },
      },
    ]);
  });

  it('takes a new tag from --from', () => {
    expect(plan('shop:2', known, { from: 'r.example.net/a/b:2' }).spec.images).toMatchObject([{ to: { name: '2' } }]);
  });

  it('reads the annotation of insecure repositories unless the flag was given', () => {
    const marked = stream([], {
      metadata: { name: 'shop', annotations: { 'openshift.io/image.insecureRepository': 'true' } },
    });
    expect(plan('shop:2', marked, { from: 'x/y' }).spec.images).toMatchObject([{ importPolicy: { insecure: true } }]);
    expect(plan('shop:2', marked, { from: 'x/y', insecure: false }).spec.images).toMatchObject([
      { importPolicy: { insecure: undefined } },
    ]);
  });

  it('imports every outside tag with --all, or the repository it has', () => {
    expect(plan('shop', known, { all: true }).spec.images).toHaveLength(1);
    const whole = stream([], { spec: { dockerImageRepository: 'r.example.net/a/b' } });
    expect(plan('shop', whole, { all: true }).spec.repository).toMatchObject({ from: { name: 'r.example.net/a/b' } });
    expect(plan('shop', whole).spec.images).toMatchObject([
      { from: { name: 'r.example.net/a/b' }, to: { name: 'latest' } },
    ]);
  });

  it.each<[string, Partial<ImportOptions>, string]>([
    [
      'shop:3',
      {},
      `the tag "3" does not exist on the image stream - choose an existing tag to import or use the 'tag' command to create a new tag`,
    ],
    [
      'shop:1',
      { from: 'x/y' },
      `the tag "1" points to "r.example.net/a/b:1" - use the 'tag' command if you want to change the source to "x/y"`,
    ],
    ['shop', { from: 'x/y' }, `the tag "latest" points to the tag "1" which points to "r.example.net/a/b:1"`],
    ['shop:image', {}, 'tag "image" points to existing ImageStreamImage "shop@abc", it cannot be re-imported'],
    ['shop:elsewhere', {}, 'tag "elsewhere" points to an imagestreamtag from another ImageStream'],
    ['shop:loop', {}, 'tag "loop" on the image stream is a reference to same tag'],
    ['shop:empty', { from: 'x/y' }, 'tag "empty" already exists'],
    [
      'shop',
      { all: true, from: 'x/y' },
      'the image stream does not currently import an entire Docker repository, pass --confirm to update',
    ],
  ])('refuses %s %j', (target, options, message) => {
    expect(() => plan(target, known, options)).toThrow(message);
  });
});
