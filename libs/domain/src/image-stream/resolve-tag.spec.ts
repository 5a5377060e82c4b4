import { describe, expect, it } from '@jest/globals';
import { fieldErrorText } from '../validation/field-error.js';
import { followChanges, followers, isFollower } from './follow.js';
import { resolutionFailure, resolveTag, sourceForbidden, type SourceTags } from './resolve-tag.js';
import { defaultTagReference } from './tag-defaults.js';
import { inResolutionOrder, streamToAuthorize } from './tag-source.js';
import type { TagEvent, TagReference } from './types.js';

const id = (character: string): string => `sha256:${character.repeat(64)}`;
const event = (reference: string, image: string, generation = 1): TagEvent => ({
  created: '2026-01-01T00:00:00Z',
  dockerImageReference: reference,
  image,
  generation,
});
const stream = { namespace: 'shop', name: 'app' };
const context = { stream, generation: 7, now: '2026-03-03T00:00:00Z', internalRegistry: 'reg:5000' };

/** Streams by `namespace/name`, each with its tags' newest events. */
const world: Record<string, Record<string, TagEvent>> = {
  'shop/app': { one: event('quay.io/a/b@x', id('a')) },
  'shop/base': {
    pushed: event(`reg:5000/shop/base@${id('b')}`, id('b')),
    twin: event('quay.io/a/b@y', id('b').replace('bbbb', 'bcbc')),
    old: event('quay.io/a/b@z', 'layer-1'),
  },
};
const sources: SourceTags = {
  streamExists: async ({ namespace, name }) => `${namespace}/${name}` in world,
  newestEvent: async ({ namespace, name }, tag) => world[`${namespace}/${name}`]?.[tag],
  eventsByImagePrefix: async ({ namespace, name }) => Object.values(world[`${namespace}/${name}`] ?? {}),
};
const tag = (kind: string, name: string, change: Partial<TagReference> = {}): TagReference => ({
  ...defaultTagReference({ name: 't', from: { kind, name } }),
  ...change,
});

describe('resolveTag', () => {
  it.each<[string, TagReference, object]>([
    [
      'a mere reference stands at once, as written',
      tag('DockerImage', 'x/y:1', { reference: true }),
      { event: { created: context.now, dockerImageReference: 'x/y:1', image: '', generation: 7 } },
    ],
    [
      'a tag of the same stream: with its time, and the source raised',
      tag('ImageStreamTag', 'one'),
      { event: event('quay.io/a/b@x', id('a'), 7), raisedSource: { tag: 'one', generation: 7 } },
    ],
    [
      'a tag of the same stream by its full name',
      tag('ImageStreamTag', 'app:one'),
      { raisedSource: { tag: 'one', generation: 7 } },
    ],
    [
      'an image kept here is pulled through this stream',
      tag('ImageStreamTag', 'base:pushed'),
      { event: event(`reg:5000/shop/app@${id('b')}`, id('b'), 7) },
    ],
    [
      'a mere reference keeps the place',
      tag('ImageStreamTag', 'base:pushed', { reference: true }),
      { event: event(`reg:5000/shop/base@${id('b')}`, id('b'), 7) },
    ],
    [
      'an image by a short id: now',
      tag('ImageStreamImage', 'base@bbbb'),
      { event: { image: id('b'), created: context.now, generation: 7 } },
    ],
    ['an image by algorithm and short id', tag('ImageStreamImage', 'base@sha256:bbbb'), { event: { image: id('b') } }],
    ['an image of the same stream', tag('ImageStreamImage', id('a')), { event: { image: id('a') } }],
  ])('%s', async (_name, reference, expected) => {
    expect(await resolveTag(reference, context, sources)).toMatchObject(expected);
  });

  it.each([
    ['no source', defaultTagReference({ name: 't' })],
    ['an image: the importer sees to it', tag('DockerImage', 'x/y:1')],
    ['a missing tag of an existing stream', tag('ImageStreamTag', 'base:none')],
  ])('adds nothing for %s', async (_name, reference) => {
    expect(await resolveTag(reference, context, sources)).toEqual({});
  });

  it('does not raise a tag that points at itself', async () => {
    const self = { ...tag('ImageStreamTag', 'one'), name: 'one' };
    expect(await resolveTag(self, context, sources)).not.toHaveProperty('raisedSource');
  });

  const shape = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';
  it.each([
    ['two colons', tag('ImageStreamTag', 'a:b:c'), `spec.tags[t].from.name: Invalid value: "a:b:c": ${shape}`],
    ['an unknown kind', tag('Pod', 'x'), `spec.tags[t].from.name: Invalid value: "x": ${shape}`],
    ['an image without name', tag('DockerImage', ''), `spec.tags[t].from.name: Invalid value: "": ${shape}`],
    ['a tag without name', tag('ImageStreamTag', ''), `spec.tags[t].from.name: Invalid value: "": ${shape}`],
    ['a missing stream', tag('ImageStreamTag', 'none:1'), 'spec.tags[t].from.name: Not found: "none:1"'],
    [
      'an unknown image',
      tag('ImageStreamImage', 'base@ffff'),
      'spec.tags[t].from.name: Invalid value: "base@ffff": error generating tag event: imagestreamimage.image.openshift.io "ffff" not found',
    ],
    [
      'an id of two images',
      tag('ImageStreamImage', 'base@b'),
      expect.stringContaining('multiple images match the prefix "b"'),
    ],
  ])('refuses %s', async (_name, reference, expected) => {
    const { error } = await resolveTag(reference, context, sources);
    expect(error && fieldErrorText(error)).toEqual(expected);
  });

  it('answers all errors as one cause without a field', () => {
    const error = sourceForbidden('t', { namespace: 'attic', name: 'base' }, 'no', 'broken');
    expect(resolutionFailure('app', [error]).map(fieldErrorText)).toEqual([
      '[]: Internal error: imagestreams "app" is invalid: spec.tags[t].from: Forbidden: attic/base: "no" "broken"',
    ]);
    expect(resolutionFailure('app', [])).toEqual([]);
  });

  it('asks for permission only across namespaces', () => {
    const abroad = defaultTagReference({
      name: 't',
      from: { kind: 'ImageStreamTag', name: 'base:1', namespace: 'attic' },
    });
    expect(streamToAuthorize(stream, abroad)).toEqual({ namespace: 'attic', name: 'base' });
    expect(streamToAuthorize(stream, tag('ImageStreamTag', 'base:1'))).toBeUndefined();
  });
});

const alias = (name: string, source: string): TagReference =>
  defaultTagReference({ name, from: { kind: 'ImageStreamTag', name: source } });

describe('inResolutionOrder', () => {
  it.each([
    ['sources first', [alias('c', 'b'), alias('b', 'app:a'), alias('a', 'x:1')], ['a', 'b', 'c']],
    ['circles as they are', [alias('a', 'b'), alias('b', 'a')], ['b', 'a']],
    ['unrelated tags as they are', [alias('b', 'x:1'), alias('a', 'x:2')], ['b', 'a']],
  ])('%s', (_name, tags, expected) => {
    expect(inResolutionOrder(stream, tags).map(({ name }) => name)).toEqual(expected);
  });
});

describe('following', () => {
  const spec = [
    alias('latest', '2.0'),
    alias('full', 'app:2.0'),
    alias('chain', 'latest'),
    alias('other', 'base:2.0'),
    defaultTagReference({ name: 'abroad', from: { kind: 'ImageStreamTag', name: 'app:2.0', namespace: 'attic' } }),
    defaultTagReference({ name: 'fixed', from: { kind: 'ImageStreamImage', name: '2.0' } }),
  ];

  it('names the followers of a tag', () => {
    expect(followers(stream, spec, '2.0')).toEqual(['latest', 'full']);
    expect(isFollower(stream, { ...alias('r', '2.0'), reference: true }, '2.0')).toBe(true);
  });

  const follow = (tags: TagReference[], changed: Record<string, TagEvent>, present: Record<string, TagEvent> = {}) =>
    followChanges(new Map(Object.entries(changed)), {
      followersOf: async (name) => followers(stream, tags, name),
      newestEvent: async (name) => present[name],
    });

  it('hands the same event down whole chains', async () => {
    const moved = event('q@1', id('1'), 4);
    expect(await follow(spec, { '2.0': moved })).toEqual([
      { tag: 'latest', source: '2.0', event: moved },
      { tag: 'full', source: '2.0', event: moved },
      { tag: 'chain', source: 'latest', event: moved },
    ]);
  });

  it('stops where nothing changes', async () => {
    const moved = event('q@1', id('1'), 4);
    expect(await follow(spec, { '2.0': moved }, { latest: moved, full: moved })).toEqual([]);
  });

  it('ends in a circle', async () => {
    const moved = event('q@1', id('1'), 4);
    const circle = [alias('a', 'b'), alias('b', 'c'), alias('c', 'a')];
    expect((await follow(circle, { a: moved })).map(({ tag: name }) => name)).toEqual(['c', 'b']);
    expect(await follow([alias('a', 'a')], { a: moved })).toEqual([]);
  });

  it('lets a follower that changed in the same write follow its source', async () => {
    const [first, second] = [event('q@1', id('1'), 4), event('q@2', id('2'), 4)];
    const moved = await follow([alias('b', 'a'), alias('c', 'b')], { a: first, b: second });
    expect(new Map(moved.map((step) => [step.tag, step.event.image]))).toEqual(
      new Map([
        ['b', id('1')],
        ['c', id('1')],
      ]),
    );
  });
});
