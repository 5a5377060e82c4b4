import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inImportOrder, splitAtLimit } from './tag-order.js';

describe('inImportOrder', () => {
  it.each([
    ['latest first', ['a', 'latest', '1.0'], ['latest', '1.0', 'a']],
    ['an empty tag is latest', ['', 'a', 'latest'], ['latest', 'a']],
    ['minor versions before full ones', ['1.2.3', '1.2', '2.0.0', '0.1'], ['1.2', '0.1', '2.0.0', '1.2.3']],
    ['newest first by number', ['1.9', '1.10', '1.2'], ['1.10', '1.9', '1.2']],
    ['without v before with v', ['v1.2', '1.2', 'v1.3'], ['v1.3', '1.2', 'v1.2']],
    ['a suffix is older than none', ['5.1-alpine', '5.1', '5.2-rc1'], ['5.2-rc1', '5.1', '5.1-alpine']],
    ['a suffix of words is no minor version', ['5.1-a.b', '5.1'], ['5.1', '5.1-a.b']],
    [
      'prereleases by their parts',
      ['1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.0-1', '1.0.0-rc'],
      ['1.0.0', '1.0.0-rc.10', '1.0.0-rc.2', '1.0.0-rc', '1.0.0-1'],
    ],
    ['leading zeros are no version', ['01.2', '1.2'], ['1.2', '01.2']],
    ['the rest by name', ['edge', 'b', 'B', '1'], ['1', 'B', 'b', 'edge']],
  ])('%s', (_name, tags, expected) => {
    expect(inImportOrder(tags)).toEqual(expected);
  });

  it('does not depend on the order given', () => {
    const tag = fc.oneof(
      fc.stringMatching(/^v?[0-9]{1,2}\.[0-9](\.[0-9])?(-[a-z0-9]{1,3})?$/),
      fc.stringMatching(/^\w{1,4}$/),
    );
    fc.assert(
      fc.property(fc.uniqueArray(tag), (tags) => {
        expect(inImportOrder([...tags].reverse())).toEqual(inImportOrder(tags));
      }),
    );
  });
});

describe('splitAtLimit', () => {
  const tags = Array.from({ length: 60 }, (_, index) => `t${index}`);

  it.each([
    ['the default', undefined, 50],
    ['0, the default', 0, 50],
    ['-1, no limit', -1, 60],
    ['5', 5, 5],
  ])('takes as many as %s says', (_name, limit, count) => {
    const [taken, additional] = splitAtLimit(tags, limit);
    expect(taken).toEqual(tags.slice(0, count));
    expect(additional).toEqual(tags.slice(count));
  });
});
