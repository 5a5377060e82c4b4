import { describe, expect, it } from '@jest/globals';
import { defaultTagReference, type TagReference } from '@faktorz/domain';
import type { StreamChange, TagChange } from './stream-change.js';
import type { StreamHead } from './stream-rows.js';
import { wantedImports } from './wanted-imports.js';

const CHECK = { 'openshift.io/image.dockerRepositoryCheck': '2026-01-01T00:00:00Z' };

function head(over: Partial<StreamHead> = {}): StreamHead {
  return {
    uid: 'u',
    namespace: 'n',
    name: 's',
    position: 1n,
    generation: 1,
    labels: null,
    annotations: CHECK,
    metadata: {},
    localLookup: false,
    repository: null,
    ...over,
  };
}

function tag(generation: number, over: Partial<TagReference> = {}): TagReference {
  return {
    ...defaultTagReference({ name: 't', from: { kind: 'DockerImage', name: 'r.example/a:1' }, generation }),
    ...over,
  };
}

function change(spec: TagReference | null, specBefore?: TagReference | null, over: Partial<TagChange> = {}): TagChange {
  return { tag: 't', row: { tag: 't', spec, conditions: null }, end: [], insert: [], specBefore, ...over };
}

async function wanted(tags: TagChange[], after = head(), before: StreamHead | undefined = head()): Promise<unknown[]> {
  const stream: StreamChange = { type: 'MODIFIED', head: after, tags };
  const requests = await wantedImports(stream, before, () => Promise.resolve(undefined));
  return requests.map(({ cause, items, repository }) => [cause, items.map((item) => item.tag), repository?.from]);
}

const scheduled = { importPolicy: { importMode: 'Legacy', scheduled: true } } as const;

describe('wantedImports', () => {
  it.each<[string, TagChange, unknown[]]>([
    ['a new tag', change(tag(1)), [['created', ['t'], undefined]]],
    ['a tag with another source', change(tag(2), tag(1)), [['changed', ['t'], undefined]]],
    ['a tag whose annotations changed', change(tag(1, { annotations: { a: 'b' } }), tag(1)), []],
    ['a mere reference', change(tag(1, { reference: true })), []],
    ['a tag of another tag', change(tag(1, { from: { kind: 'ImageStreamTag', name: 'x' } })), []],
    ['a schedule that begins', change(tag(1, scheduled), tag(1)), [['policy-changed', ['t'], undefined]]],
    ['a schedule that ends', change(tag(1), tag(1, scheduled)), [['policy-changed', ['t'], undefined]]],
    ['a scheduled tag that leaves the spec', change(null, tag(1, scheduled)), [['policy-changed', ['t'], undefined]]],
    ['a tag that is removed', { ...change(null, tag(1)), row: null }, []],
  ])('%s', async (_what, tagChange, expected) => {
    expect(await wanted([tagChange])).toEqual(expected);
  });

  it('asks for no tag whose import just ended', async () => {
    const event = { created: '', dockerImageReference: 'r', image: 'sha256:1', generation: 2 };
    const after = { ...event, record: { firstSeen: '', cause: 'import' as const, by: 'x' } };
    expect(await wanted([change(tag(2), tag(1), { after })])).toEqual([]);
  });

  it('asks for the repository once, while the stream was never imported', async () => {
    const waiting = head({ annotations: null, repository: 'r.example/a' });
    expect(await wanted([], waiting, head({ annotations: null }))).toEqual([['created', [], 'r.example/a']]);
    expect(await wanted([], waiting, waiting)).toEqual([]);
    expect(await wanted([], head({ repository: 'r.example/a' }))).toEqual([]);
  });

  it('splits many tags into requests of a size that fits a message', async () => {
    const tags = Array.from({ length: 450 }, (_, index) => ({
      ...change(tag(1, { name: `t${index}` })),
      tag: `t${index}`,
    }));
    const requests = await wantedImports({ type: 'ADDED', head: head(), tags }, undefined, () =>
      Promise.resolve(undefined),
    );
    expect(requests.map(({ items }) => items.length)).toEqual([200, 200, 50]);
  });
});
