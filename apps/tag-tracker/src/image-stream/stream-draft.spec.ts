import { describe, expect, it } from '@jest/globals';
import { defaultTagReference, type TagEvent } from '@faktorz/domain';
import { draftOf } from './object-draft.js';
import type { ImageStream } from './image-stream.js';

const cause = { by: 'ann', id: 'r1', now: '2026-01-02T00:00:00Z' };

function event(image: string, generation = 1): TagEvent {
  return { created: cause.now, dockerImageReference: `r.example/a@${image}`, image, generation };
}

/** A stream whose tags follow each other as `aliases` says, each with the image `sha256:old`. */
function stream(aliases: Record<string, string | undefined>): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 's', namespace: 'n', uid: 'u', generation: 1 },
    spec: {
      lookupPolicy: { local: false },
      tags: Object.entries(aliases).map(([name, source]) =>
        defaultTagReference({
          name,
          generation: 1,
          ...(source && { from: { kind: 'ImageStreamTag', name: `s:${source}` } }),
        }),
      ),
    },
    status: {
      dockerImageRepository: '',
      tags: Object.keys(aliases).map((tag) => ({ tag, items: [event('sha256:old')] })),
    },
  };
}

describe('StreamDraft', () => {
  it('says nothing when nothing changes', async () => {
    const draft = draftOf(stream({ a: undefined }), cause);
    await draft.addEvent('a', event('sha256:old'), 'import');
    expect(draft.changes()).toEqual([]);
  });

  it('moves a whole chain of aliases, each once', async () => {
    const draft = draftOf(stream({ a: undefined, b: 'a', c: 'b', d: undefined }), cause);
    await draft.addEvent('a', event('sha256:new'), 'import');
    await draft.follow();
    const moved = draft
      .changes()
      .map(({ tag, after, insert }) => [tag, after?.image, insert.length, after?.record.cause]);
    expect(moved).toEqual([
      ['a', 'sha256:new', 1, 'import'],
      ['b', 'sha256:new', 1, 'follow'],
      ['c', 'sha256:new', 1, 'follow'],
    ]);
  });

  it('ends where a circle of aliases closes', async () => {
    const draft = draftOf(stream({ a: 'b', b: 'a' }), cause);
    await draft.addEvent('a', event('sha256:new'), 'tag');
    await draft.follow();
    expect(draft.changes().map(({ tag }) => tag)).toEqual(['a', 'b']);
  });

  it('raises the generation of the newest entry in place', async () => {
    const draft = draftOf(stream({ a: undefined }), cause);
    await draft.addEvent('a', event('sha256:old', 5), 'import');
    expect(draft.changes()).toEqual([
      expect.objectContaining({
        tag: 'a',
        end: ['newest'],
        insert: [expect.objectContaining({ seq: 'newest', generation: 5 })],
      }),
    ]);
  });

  it('removes a tag with its history, and forgets one that was never there', async () => {
    const draft = draftOf(stream({ a: undefined }), cause);
    await draft.remove('a');
    await draft.remove('never');
    expect(draft.changes()).toEqual([expect.objectContaining({ tag: 'a', row: null, before: expect.anything() })]);
  });

  it('keeps the history of a tag that leaves the spec', async () => {
    const draft = draftOf(stream({ a: undefined }), cause);
    await draft.setSpec('a', null);
    expect(draft.changes()).toEqual([
      expect.objectContaining({ row: { tag: 'a', spec: null, conditions: null }, end: [], insert: [] }),
    ]);
  });
});
