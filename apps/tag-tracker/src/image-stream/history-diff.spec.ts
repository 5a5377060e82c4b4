import { describe, expect, it } from '@jest/globals';
import type { TagEvent } from '@faktorz/domain';
import { historyChange } from './history-diff.js';
import type { StoredTagEvent } from './stream-change.js';

const cause = { by: 'ann', id: 'r1', now: '2026-01-02T00:00:00Z', kind: 'tag' as const };

function entry(image: string, generation = 1): TagEvent {
  return { created: '2026-01-01T00:00:00Z', dockerImageReference: `r.example/a@${image}`, image, generation };
}

function stored(seq: string, image: string, generation = 1): StoredTagEvent {
  return {
    ...entry(image, generation),
    seq,
    record: { firstSeen: `2026-01-01T00:00:0${seq}Z`, cause: 'import', by: 'bob' },
  };
}

describe('historyChange', () => {
  it('changes nothing when the history is the same', () => {
    expect(historyChange([stored('1', 'sha256:a')], [entry('sha256:a')], cause)).toEqual({ end: [], insert: [] });
  });

  it('adds a new entry on top with the record of this write', () => {
    const { end, insert } = historyChange([stored('1', 'sha256:a')], [entry('sha256:b', 2), entry('sha256:a')], cause);
    expect(end).toEqual([]);
    expect(insert).toEqual([
      { ...entry('sha256:b', 2), record: { firstSeen: cause.now, cause: 'tag', by: 'ann', causeId: 'r1' } },
    ]);
  });

  it('keeps the row and the record of an entry whose generation is raised', () => {
    const { end, insert } = historyChange([stored('1', 'sha256:a')], [entry('sha256:a', 7)], cause);
    expect(end).toEqual(['1']);
    expect(insert).toEqual([{ ...stored('1', 'sha256:a'), generation: 7 }]);
  });

  it('remembers when an image that comes back was first seen', () => {
    const history = [stored('2', 'sha256:b'), stored('1', 'sha256:a')];
    const { insert } = historyChange(
      history,
      [entry('sha256:a', 3), ...history.map(({ image }) => entry(image))],
      cause,
    );
    expect(insert).toHaveLength(1);
    expect(insert[0]?.record.firstSeen).toBe('2026-01-01T00:00:01Z');
  });

  it('removes entries in the middle and keeps the records of those around them', () => {
    const history = [stored('3', 'sha256:c'), stored('2', 'sha256:b'), stored('1', 'sha256:a')];
    const { end, insert } = historyChange(history, [entry('sha256:c'), entry('sha256:a')], cause);
    expect(end).toEqual(['3', '2']);
    expect(insert.map(({ image, record }) => [image, record.firstSeen])).toEqual([
      ['sha256:c', '2026-01-01T00:00:03Z'],
    ]);
  });
});
