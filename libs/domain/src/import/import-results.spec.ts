import { describe, expect, it } from '@jest/globals';
import { checkImportGuards, ImportGuardFailed } from './import-guards.js';
import { ImportResults } from './import-results.js';
import { resultsInOrder } from './results-in-order.js';
import * as status from './status.js';

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
      'wrong password',
      status.incorrectPassword('q/x:1'),
      401,
      'Unauthorized',
      'incorrect username or password for image "q/x:1"',
    ],
    ['blocked', status.registryBlocked('bad.io'), 403, 'Forbidden', 'forbidden: registry bad.io blocked'],
    [
      'anything else',
      status.importInternalError('q/x:1', 'boom'),
      500,
      'InternalError',
      'Internal error occurred: q/x:1: boom',
    ],
    ['mirrors', status.mirrorsFailed(['a', 'b']), 500, 'InternalError', 'Internal error occurred: [a, b]'],
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
