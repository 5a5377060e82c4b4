import { describe, expect, it } from '@jest/globals';
import { fieldErrorText, fieldErrorsText } from '../validation/field-error.js';
import { canonicalTags, defaultTagReference, type SparseTagReference } from './tag-defaults.js';
import { validateImageStream } from './validate-stream.js';
import { validateTagReference } from './validate-tag.js';

const validate = (tag: Partial<SparseTagReference>): string[] =>
  validateTagReference(defaultTagReference({ name: '1', ...tag }), 'spec.tags[1]').map(fieldErrorText);

describe('defaultTagReference', () => {
  it('fills and orders the fields of the API', () => {
    const tag = {
      importPolicy: { insecure: false },
      name: 'a',
      annotations: {},
      from: { name: 'x', kind: 'DockerImage' },
      reference: false,
    };
    expect(JSON.stringify(defaultTagReference(tag))).toBe(
      '{"name":"a","annotations":null,"from":{"kind":"DockerImage","name":"x"},"generation":null,"importPolicy":{"importMode":"Legacy"},"referencePolicy":{"type":"Source"}}',
    );
  });

  it('lets the last of several tags of one name stand, in the order of names', () => {
    const tags = [{ name: 'b', annotations: { n: '1' } }, { name: 'a' }, { name: 'b', annotations: { n: '2' } }].map(
      defaultTagReference,
    );
    expect(canonicalTags(tags)).toEqual([tags[1], tags[2]]);
  });
});

describe('validateTagReference', () => {
  it.each<[string, Partial<SparseTagReference>]>([
    ['a tag without source', {}],
    ['an image', { from: { kind: 'DockerImage', name: 'quay.io/a/b:1' }, importPolicy: { scheduled: true } }],
    ['a tag', { from: { kind: 'ImageStreamTag', name: 'any:thing:goes' } }],
    ['an image of a stream', { from: { kind: 'ImageStreamImage', name: 'a@sha256:12' } }],
  ])('takes %s', (_name, tag) => expect(validate(tag)).toEqual([]));

  it.each<[string, Partial<SparseTagReference>, string[]]>([
    ['an empty name', { from: { kind: 'DockerImage', name: '' } }, ['spec.tags[1].from.name: Required value']],
    [
      'another kind',
      { from: { kind: 'Pod', name: 'x' } },
      ["spec.tags[1].from.kind: Required value: valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'"],
    ],
    [
      'an unreadable image',
      { from: { kind: 'DockerImage', name: 'a b' } },
      ['spec.tags[1].from.name: Invalid value: "a b": invalid reference format'],
    ],
    [
      'a schedule for a tag',
      { from: { kind: 'ImageStreamTag', name: 'a' }, importPolicy: { scheduled: true } },
      [
        'spec.tags[1].importPolicy.scheduled: Invalid value: true: only tags pointing to Docker repositories may be scheduled for background import',
      ],
    ],
    [
      'unknown policies, both',
      { referencePolicy: { type: 'Near' }, importPolicy: { importMode: 'Some' } },
      [
        'spec.tags[1].referencePolicy.type: Invalid value: "Near": valid values are "Source", "Local"',
        `spec.tags[1].importPolicy.importMode: Invalid value: "Some": invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'`,
      ],
    ],
  ])('refuses %s', (_name, tag, expected) => expect(validate(tag)).toEqual(expected));

  it('asks the allow-list about images, with the insecurity that counts', () => {
    const tag = defaultTagReference({ name: '1', from: { kind: 'DockerImage', name: 'bad.io/a/b' } });
    const errors = validateTagReference(tag, 'tag', {
      insecureRepository: true,
      registryRefusal: ({ registry }, insecure) => `${registry} ${insecure}`,
    });
    expect(errors.map(fieldErrorText)).toEqual(['tag.from.name: Forbidden: bad.io true']);
  });
});

describe('validateImageStream', () => {
  it.each([
    ['a name', 'Bad!', {}, ['metadata.name: Invalid value: "Bad!": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"']],
    [
      'a long name',
      'a'.repeat(260),
      {},
      [expect.stringContaining("'namespace/name' cannot be longer than 255 characters")],
    ],
    [
      'a repository with a tag',
      'a',
      { dockerImageRepository: 'x/y:1' },
      ['spec.dockerImageRepository: Invalid value: "x/y:1": the repository name may not contain a tag'],
    ],
    [
      'an unreadable repository',
      'a',
      { dockerImageRepository: '!' },
      ['spec.dockerImageRepository: Invalid value: "!": invalid reference format'],
    ],
  ])('refuses %s', (_name, name, spec, expected) => {
    expect(validateImageStream(name, 'shop', spec).map(fieldErrorText)).toEqual(expected);
  });
});

describe('fieldErrorsText', () => {
  const required = { field: 'a', type: 'Required', detail: '' } as const;

  it.each([
    ['one alone', [required], 'a: Required value'],
    ['several in brackets', [required, { ...required, field: 'b' }], '[a: Required value, b: Required value]'],
    ['repeated ones once', [required, required], 'a: Required value'],
    ['a missing object', [{ field: 'a', type: 'NotFound', value: 'x:1', detail: '' } as const], 'a: Not found: "x:1"'],
  ])('prints %s', (_name, errors, expected) => expect(fieldErrorsText(errors)).toBe(expected));
});
