import { describe, expect, it } from '@jest/globals';
import type { CurrentChange } from './claim-objects.js';
import { doubtfulTags } from './doubtful-tags.js';

const RUBY = 'team/ruby:1';
const known = (more: Partial<CurrentChange> = {}): CurrentChange[] => [
  { tag: RUBY, position: '5', image: 'new', isMove: true, shown: 'old', ...more },
];
const write = (previous: string) => ({
  trigger: { namespace: 'team', stream: 'ruby', tag: '1', fieldPath: 'spec.containers[0].image' },
  list: 'containers' as const,
  container: 'web',
  image: 'new',
  previous,
  fieldPath: 'spec.containers[?(@.name=="web")].image',
});

describe('what is known of a tag', () => {
  it.each([
    ['is believed where the tag moved and the object shows what it was left with', known(), 'old', false, []],
    ['is believed where the tag moved and the object has no image yet', known({ shown: null }), ' ', false, []],
    ['is doubted where the object shows an image of somebody else', known(), 'else', false, [RUBY]],
    ['is doubted where the object shows its first image', known({ shown: null }), 'first', false, [RUBY]],
    ['is doubted where not the tag has changed but the object', known({ isMove: false }), 'old', false, [RUBY]],
    ['is doubted where the object had to be read again', known(), 'old', true, [RUBY]],
    ['matters not where the object alone says what it had', [], 'old', true, []],
  ])('%s', (_what, changes, previous, isReread, doubtful) => {
    expect(doubtfulTags({ changes }, [write(previous), write(previous)], isReread)).toEqual(doubtful);
  });
});
