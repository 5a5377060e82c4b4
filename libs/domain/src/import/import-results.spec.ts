import { describe, expect, it } from '@jest/globals';
import { fieldErrorText } from '../validation/field-error.js';
import { checkImportGuards, ImportGuardFailed } from './import-guards.js';
import { defaultImageImport, defaultRepositoryImport, reportedTag } from './import-request.js';
import { ImportResults } from './import-results.js';
import { resultsInOrder } from './results-in-order.js';
import * as status from './status.js';
import { validateImageStreamImport } from './validate-import.js';

const docker = (name: string) => ({ kind: 'DockerImage', name });
const policies = { importPolicy: {}, referencePolicy: { type: 'Source' } };
const item = { from: docker('lab/x/y:1'), tag: '1', ...policies, status: status.importSucceeded() };

describe('results of an import', () => {
  const results = ImportResults.parse({
    importId: 'i',
    namespace: 'shop',
    stream: 'app',
    background: false,
    repository: {
      from: docker('lab/x/y'),
      ...policies,
      status: status.importSucceeded(),
      items: [{ ...item, tag: '2' }],
    },
    items: [{ ...item, to: 'one' }, item],
  });

  it('concern the repository first, then the images that name a tag', () => {
    expect(resultsInOrder(results).map(({ tag, from, isRepositoryItem }) => [tag, from, isRepositoryItem])).toEqual([
      ['2', 'lab/x/y:2', true],
      ['one', 'lab/x/y:1', false],
    ]);
  });

  it('have defaults', () => {
    expect(results).toMatchObject({ guards: {}, repository: { additionalTags: [] } });
  });
});

describe('guards', () => {
  const stream = { uid: 'u1', resourceVersion: '7' };
  const check = (guards: ImportResults['guards'], present?: typeof stream) =>
    checkImportGuards({ stream: 'app', guards }, present);

  it.each([
    ['none', {}, stream],
    ['none, and no stream', {}, undefined],
    ['those of the stream', { uid: 'u1', resourceVersion: '7' }, stream],
  ])('pass: %s', (_name, guards, present) => expect(() => check(guards, present)).not.toThrow());

  it.each([
    ['no stream', { resourceVersion: '7' }, undefined, 'NotFound', 'imagestream.image.openshift.io "app" not found'],
    ['another stream', { uid: 'u2' }, stream, 'NotFound', 'imagestream.image.openshift.io "app" not found'],
    [
      'a changed stream',
      { resourceVersion: '6' },
      stream,
      'Conflict',
      expect.stringContaining('the image stream was updated from "6" to "7"'),
    ],
  ])('fail: %s', (_name, guards, present, reason, message) => {
    expect(() => check(guards, present)).toThrow(ImportGuardFailed);
    expect(() => check(guards, present)).toThrow(expect.objectContaining({ reason, message }));
  });
});

describe('an import as asked for', () => {
  it.each([
    ['a tag', 'lab/x/y:1', { to: { name: '1' } }, '1'],
    ['no tag', 'lab/x/y', {}, 'latest'],
    ['a digest', `lab/x/y@sha256:${'a'.repeat(64)}`, {}, 'latest'],
    ['something unreadable', 'A b', {}, 'latest'],
  ])('is filled in: %s', (_name, name, expected, tag) => {
    expect(defaultImageImport({ from: docker(name) })).toEqual({
      from: docker(name),
      ...expected,
      importPolicy: { importMode: 'Legacy' },
      referencePolicy: { type: 'Source' },
    });
    expect(reportedTag(name)).toBe(tag);
  });

  it.each([
    ['nothing', {}, ['spec.images: Invalid value: null: you must specify at least one image or a repository import']],
    [
      'another kind',
      { images: [defaultImageImport({ from: { kind: 'Pod', name: 'x' } })] },
      ['spec.images[0].from.kind: Invalid value: "Pod": only DockerImage is supported'],
    ],
    ['no name', { images: [defaultImageImport({ from: docker('') })] }, ['spec.images[0].from.name: Required value']],
    [
      'an unreadable name',
      { images: [defaultImageImport({ from: docker('A b') })] },
      ['spec.images[0].from.name: Invalid value: "A b": invalid reference format'],
    ],
    ['the old name *', { images: [defaultImageImport({ from: docker('*') })] }, []],
    [
      'an empty target',
      { images: [defaultImageImport({ from: docker('x/y'), to: { name: '' } })] },
      ['spec.images[0].to.name: Invalid value: "": the name of the target tag must be specified'],
    ],
    [
      'a repository with a tag',
      { repository: defaultRepositoryImport({ from: docker('x/y:1') }) },
      ['spec.repository.from.name: Invalid value: "x/y:1": you must specify an image repository, not a tag or ID'],
    ],
    [
      'an unknown mode',
      { images: [defaultImageImport({ from: docker('x/y'), importPolicy: { importMode: 'Some' } })] },
      [expect.stringContaining('spec.images[0].importPolicy.importMode')],
    ],
  ])('is checked: %s', (_name, spec, expected) => {
    expect(validateImageStreamImport('app', 'shop', spec).map(fieldErrorText)).toEqual(expected);
  });

  it('may not come from a registry that is not allowed', () => {
    const spec = { images: [defaultImageImport({ from: docker('bad.io/x/y') })] };
    expect(validateImageStreamImport('app', 'shop', spec, () => 'no').map(fieldErrorText)).toEqual([
      'spec.images[0].from.name: Forbidden: no',
    ]);
  });
});

describe('statuses', () => {
  it.each([
    ['not found', status.imageNotFound('q/x:1'), 404, 'NotFound', 'dockerimage.image.openshift.io "q/x:1" not found'],
    [
      'unauthorized',
      status.imageUnauthorized('q/x:1'),
      401,
      'Unauthorized',
      'you may not have access to the container image "q/x:1"',
    ],
    [
      'unauthorized at the door',
      status.imageUnauthorized('q/x:1', false),
      401,
      'Unauthorized',
      'you may not have access to the container image "q/x:1" and did not have credentials to the repository',
    ],
    [
      'wrong password',
      status.incorrectPassword('q/x:1'),
      401,
      'Unauthorized',
      'incorrect username or password for image "q/x:1"',
    ],
    ['blocked', status.registryBlocked('bad.io'), 403, 'Forbidden', 'forbidden: registry bad.io blocked'],
    [
      'plain HTTP',
      status.insecureRequired('q/x'),
      400,
      'BadRequest',
      'the repository q/x is HTTP only and requires the insecure flag to import',
    ],
    [
      'anything else',
      status.importInternalError('q/x:1', 'boom'),
      500,
      'InternalError',
      'Internal error occurred: q/x:1: boom',
    ],
    ['mirrors', status.mirrorsFailed(['a', 'b']), 500, 'InternalError', 'Internal error occurred: [a, b]'],
    [
      'nothing',
      status.nothingImported('t', 'r', 'Legacy'),
      500,
      'InternalError',
      'unknown error while importing tag "t" from repository "r" with import mode "Legacy", please try again.',
    ],
    ['a bad name', status.invalidImageName('A b', 'bad'), 422, 'Invalid', expect.stringContaining('invalid name: bad')],
  ])('%s', (_name, made, code, reason, message) => {
    expect(made).toMatchObject({ metadata: {}, status: 'Failure', code, reason, message });
    expect(status.ImportStatus.parse(made)).toEqual(made);
  });

  it('sums a repository up', () => {
    expect([0, 1, 3].map((failed) => status.repositorySummary(failed).message)).toEqual([
      undefined,
      'one of the images from this repository failed to import',
      '3 of the images from this repository failed to import',
    ]);
  });

  it('knows when to try without credentials', () => {
    const { incorrectPassword, imageUnauthorized, isIncorrectPassword } = status;
    expect([incorrectPassword('x'), imageUnauthorized('x')].map(isIncorrectPassword)).toEqual([true, false]);
  });
});
