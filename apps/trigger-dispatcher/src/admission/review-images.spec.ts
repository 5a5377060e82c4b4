import { describe, expect, it } from '@jest/globals';
import type { FindImages } from '@faktorz/domain';
import { readAdmissionReview } from './admission-review.js';
import { coveredKinds } from './covered-kinds.js';
import { type ImageQuestions, reviewImages } from './review-images.js';

const RUBY = `quay.test/team/ruby@sha256:${'a'.repeat(64)}`;

const find: FindImages = (images) =>
  Promise.resolve(
    images
      .filter(({ stream }) => stream === 'ruby')
      .map(({ stream, tag }) => ({
        stream,
        tag,
        isLocal: true,
        repository: 'registry.test/team/ruby',
        ...(tag === '2.0' && { image: RUBY }),
      })),
  );

const prohibited: ImageQuestions['prohibited'] = (images) =>
  Promise.resolve(images.flatMap(({ name }, place) => (name.startsWith('virus') ? [place] : [])));

interface Asked {
  group?: string;
  resource?: string;
  operation?: string;
  subResource?: string;
  object?: unknown;
  oldObject?: unknown;
}

function review({ group = '', resource = 'pods', operation = 'CREATE', ...others }: Asked) {
  const request = { uid: 'u', operation, resource: { group, version: 'v1', resource }, namespace: 'team', ...others };
  return reviewImages(readAdmissionReview({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }), {
    find,
    prohibited,
  });
}

const pod = (image: string, more: object = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent' }] },
  ...more,
});

/** An object whose containers stand at a path. */
function nested(path: readonly string[], podLike: object): object {
  return [...path].reverse().reduce<object>((inner, key) => ({ [key]: inner }), podLike);
}

describe('the images of an object', () => {
  it.each(coveredKinds.map((kind) => [`${kind.resource}.${kind.group}`, kind] as const))(
    'are looked up in %s',
    async (_name, { group, resource, template }) => {
      const path = [...template, 'spec'].map((key) => `/${key}`).join('');
      expect(await review({ group, resource, object: nested(template, pod('ruby:2.0')) })).toEqual([
        { op: 'replace', path: `${path}/containers/0/image`, value: RUBY },
      ]);
    },
  );

  it.each<[string, Asked]>([
    ['a name of no stream', { object: pod('python:3') }],
    ['another resource', { resource: 'services', object: pod('ruby:2.0') }],
    ['a subresource', { subResource: 'ephemeralcontainers', object: pod('ruby:2.0') }],
    ['a deletion', { operation: 'DELETE', object: null, oldObject: pod('ruby:2.0') }],
    ['what a controller made', { object: pod('ruby:2.0', { metadata: { ownerReferences: [{ controller: true }] } }) }],
    ['an image it had', { operation: 'UPDATE', object: pod('ruby:2.0'), oldObject: pod('ruby:2.0') }],
    [
      'a job that changes',
      { group: 'batch', resource: 'jobs', operation: 'UPDATE', object: { spec: { template: pod('ruby:2.0') } } },
    ],
    ['an object without containers', { object: { metadata: {}, spec: {} } }],
    ['an object without spec', { object: { metadata: {} } }],
    ['containers that are none', { object: { metadata: {}, spec: { containers: 'x', initContainers: [null, 1] } } }],
  ])('%s stays as it is', async (_what, asked) => {
    expect(await review(asked).then((patch) => patch.filter(({ path }) => path.endsWith('/image')))).toEqual([]);
  });

  it('are looked up anew in an update with another image', async () => {
    const patch = await review({ operation: 'UPDATE', object: pod('ruby:2.0'), oldObject: pod('ruby:1.9') });
    expect(patch).toEqual([{ op: 'replace', path: '/spec/containers/0/image', value: RUBY }]);
  });

  it('come from the integrated registry while the tag has none', async () => {
    const [change] = await review({ object: pod('ruby:3.0') });
    expect(change?.value).toBe('registry.test/team/ruby:3.0');
  });

  it('are all looked up where the object asks for that', async () => {
    const annotations = { 'alpha.image.policy.openshift.io/resolve-names': '*' };
    const [change] = await review({ object: pod('elsewhere.test/x/ruby:2.0', { metadata: { annotations } }) });
    expect(change?.value).toBe(RUBY);
  });

  it('get the pull policy of the name that was written', async () => {
    const containers = [{ name: 'a', image: 'ruby:2.0' }, { name: 'b', image: 'ruby' }, { name: 'c' }];
    const initContainers = [{ name: 'd', image: 'python', imagePullPolicy: 'Never' }];
    expect(await review({ object: { metadata: {}, spec: { containers, initContainers } } })).toEqual([
      { op: 'replace', path: '/spec/containers/0/image', value: RUBY },
      { op: 'add', path: '/spec/containers/0/imagePullPolicy', value: 'IfNotPresent' },
      { op: 'replace', path: '/spec/containers/1/image', value: 'registry.test/team/ruby:latest' },
      { op: 'add', path: '/spec/containers/1/imagePullPolicy', value: 'Always' },
      { op: 'add', path: '/spec/containers/2/imagePullPolicy', value: 'IfNotPresent' },
    ]);
  });
});

describe('an image that may not be run', () => {
  const refusal = { reason: 'Invalid', message: expect.stringContaining('this image is prohibited by policy') };
  const infected = { initContainers: [{ name: 'i', image: 'virus' }], containers: [{ name: 'c', image: 'ruby:2.0' }] };

  it('is refused in a pod, by its field', async () => {
    await expect(review({ object: { metadata: {}, spec: infected } })).rejects.toMatchObject({
      ...refusal,
      details: { causes: [{ reason: 'FieldValueForbidden', field: 'spec.initContainers[0].image' }] },
    });
  });

  it('is refused when a pod gets it, and left where it was', async () => {
    const update = { operation: 'UPDATE', object: pod('virus:2') };
    await expect(review({ ...update, oldObject: pod('virus:1') })).rejects.toMatchObject(refusal);
    expect(await review({ ...update, oldObject: pod('virus:2') })).toEqual([]);
  });

  it('is for the controllers of templates to find out', async () => {
    const object = { metadata: {}, spec: { template: pod('virus') } };
    expect(await review({ group: 'apps', resource: 'deployments', object })).toEqual([]);
    expect(await review({ object: pod('virus', { metadata: { ownerReferences: [{ controller: true }] } }) })).toEqual(
      [],
    );
  });
});

describe('a body that is no review', () => {
  const request = { uid: 'u', operation: 'CREATE', resource: { version: 'v1', resource: 'pods' } };
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /no AdmissionReview/],
    ['a list', [], /no AdmissionReview/],
    ['another version', { apiVersion: 'admission.k8s.io/v1beta1', kind: 'AdmissionReview', request }, /apiVersion/],
    ['another kind', { apiVersion: 'admission.k8s.io/v1', kind: 'Pod', request }, /kind/],
    ['no request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, /request/],
    [
      'no uid',
      { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { ...request, uid: '' } },
      /request\.uid/,
    ],
    [
      'an object of text',
      { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { ...request, object: 'pod' } },
      /request\.object/,
    ],
  ])('%s is refused', (_what, body, message) => {
    expect(() => readAdmissionReview(body)).toThrow(message);
  });
});
