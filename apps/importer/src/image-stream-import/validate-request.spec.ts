import { describe, expect, it } from '@jest/globals';
import { defaultRequest, type SparseImport } from './default-request.js';
import { validateRequest } from './validate-request.js';

const errorsOf = (spec: SparseImport['spec'], name = 'app') =>
  validateRequest({ metadata: { name, namespace: 'team' }, spec: defaultRequest({ spec }) }).map(
    ({ field, type, detail }) => [field, type, detail],
  );
const image = (name: string, more: object = {}) => ({ from: { kind: 'DockerImage', name }, ...more });

describe('validateRequest', () => {
  it.each<[string, SparseImport['spec'], string[][]]>([
    ['an image', { images: [image('x/y:1')] }, []],
    ['a repository', { repository: image('x/y') }, []],
    ['the legacy name', { images: [image('*')] }, []],
    [
      'nothing',
      { import: true },
      [['spec.images', 'Invalid', 'you must specify at least one image or a repository import']],
    ],
    [
      'an empty list',
      { images: [] },
      [['spec.images', 'Invalid', 'you must specify at least one image or a repository import']],
    ],
    [
      'another kind',
      { images: [{ from: { kind: 'ImageStreamTag', name: 'a:b' } }] },
      [['spec.images[0].from.kind', 'Invalid', 'only DockerImage is supported']],
    ],
    ['no source', { images: [{}] }, [['spec.images[0].from.kind', 'Invalid', 'only DockerImage is supported']]],
    ['no name', { images: [image('')] }, [['spec.images[0].from.name', 'Required', '']]],
    [
      'a bad name',
      { images: [image('x/y'), image('X/y')] },
      [['spec.images[1].from.name', 'Invalid', 'repository name must be lowercase']],
    ],
    [
      'an empty target',
      { images: [image('x/y', { to: { name: '' } })] },
      [['spec.images[0].to.name', 'Invalid', 'the name of the target tag must be specified']],
    ],
    [
      'a scheduled digest',
      { images: [image(`x/y@sha256:${'a'.repeat(64)}`, { importPolicy: { scheduled: true } })] },
      [],
    ],
    [
      'a repository without a name',
      { repository: image('') },
      [['spec.repository.from.name', 'Required', 'container image references require a name']],
    ],
    [
      'a repository with a tag',
      { repository: image('x/y:1') },
      [['spec.repository.from.name', 'Invalid', 'you must specify an image repository, not a tag or ID']],
    ],
    [
      'a bad mode',
      { images: [image('x', { importPolicy: { importMode: 'Odd' } })] },
      [
        [
          'spec.images[0].importPolicy.importMode',
          'Invalid',
          "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'",
        ],
      ],
    ],
    [
      'a bad policy',
      { images: [image('x', { referencePolicy: { type: 'Odd' } })] },
      [['spec.images[0].referencePolicy.type', 'Invalid', 'valid values are "Source", "Local"']],
    ],
  ])('judges %s', (_name, spec, errors) => {
    expect(errorsOf(spec)).toEqual(errors);
  });

  it('names what may not come from its registry', () => {
    const request = {
      metadata: { name: 'app', namespace: 'team' },
      spec: defaultRequest({ spec: { images: [image('bad.io/x/y')] } }),
    };
    expect(validateRequest(request, ({ registry }) => `${registry} is not allowed`)).toEqual([
      { field: 'spec.images[0].from.name', type: 'Forbidden', detail: 'bad.io is not allowed' },
    ]);
  });

  it('wants a stream name', () => {
    expect(errorsOf({ images: [image('x')] }, 'Bad_Name')).toEqual([
      ['metadata.name', 'Invalid', expect.stringContaining('must match')],
    ]);
    expect(errorsOf({ images: [image('x')] }, '')).toEqual([['metadata.name', 'Required', expect.any(String)]]);
  });
});

describe('defaultRequest', () => {
  it('fills in what was left out, in the order of the API', () => {
    const spec = {
      images: [image('x/y:2.0', { includeManifest: true, importPolicy: { insecure: true } }), image('x/y')],
    };
    expect(JSON.stringify(defaultRequest({ spec }))).toBe(
      JSON.stringify({
        import: false,
        images: [
          {
            from: { kind: 'DockerImage', name: 'x/y:2.0' },
            to: { name: '2.0' },
            importPolicy: { insecure: true, importMode: 'Legacy' },
            referencePolicy: { type: 'Source' },
            includeManifest: true,
          },
          {
            from: { kind: 'DockerImage', name: 'x/y' },
            importPolicy: { importMode: 'Legacy' },
            referencePolicy: { type: 'Source' },
          },
        ],
      }),
    );
  });
});
