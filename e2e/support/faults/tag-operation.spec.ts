import { describe, expect, it } from '@jest/globals';
import { compareEffects, GONE } from './tag-operation.js';

/** Operations by their effects; `a?` had an attempt that nobody answered. */
function problemsOf(operations: readonly string[], effects: readonly string[]): { problems: number; late: number } {
  const done = operations.map((text) => {
    const unanswered = text.endsWith('?') ? 1 : 0;
    return { tag: 't', effect: text.replace('?', ''), mayBeOvertaken: false, unanswered };
  });
  const seen = effects.map((effect, index) => ({ effect, position: BigInt(index) }));
  const { problems, late } = compareEffects('s:t', done, seen);
  return { problems: problems.length, late };
}

describe('compareEffects', () => {
  it('takes operations that change nothing for done', () => {
    expect(problemsOf([GONE, 'a', 'a', GONE, GONE, 'b'], ['a', GONE, 'b'])).toEqual({ problems: 0, late: 0 });
  });

  it('misses what was acknowledged and never came', () => {
    expect(problemsOf(['a', 'b', 'c'], ['a', 'c'])).toEqual({ problems: 2, late: 0 });
    expect(problemsOf(['a', 'b'], ['a'])).toEqual({ problems: 1, late: 0 });
  });

  it('sees what nobody asked for, and what comes twice', () => {
    expect(problemsOf(['a', 'b'], ['a', 'b', 'a'])).toEqual({ problems: 1, late: 0 });
    expect(problemsOf(['a'], ['a', 'a'])).toEqual({ problems: 1, late: 0 });
  });

  it('lets an unanswered attempt come late once, also between operations that changed nothing', () => {
    expect(problemsOf(['a?', GONE, GONE, 'b'], ['a', GONE, 'a', 'b'])).toEqual({ problems: 0, late: 1 });
    expect(problemsOf(['a?', GONE, GONE], ['a', GONE, 'a'])).toEqual({ problems: 0, late: 1 });
    expect(problemsOf(['a?', 'b', 'c'], ['a', 'b', 'a', 'c', 'a'])).toEqual({ problems: 1, late: 1 });
  });
});
