import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../status/api-error.js';
import { matchesLabels, parseLabelSelector } from './label-selector.js';

describe('parseLabelSelector', () => {
  it.each([
    ['', []],
    ['a=b', [{ key: 'a', operator: '=', values: ['b'] }]],
    [' a == b ', [{ key: 'a', operator: '=', values: ['b'] }]],
    ['a=', [{ key: 'a', operator: '=', values: [''] }]],
    [
      'a!=b,c',
      [
        { key: 'a', operator: '!=', values: ['b'] },
        { key: 'c', operator: 'exists', values: [] },
      ],
    ],
    ['!x.io/a', [{ key: 'x.io/a', operator: '!', values: [] }]],
    [
      'a in (c, b,c),d notin ()',
      [
        { key: 'a', operator: 'in', values: ['b', 'c'] },
        { key: 'd', operator: 'notin', values: [''] },
      ],
    ],
    ['in in (notin)', [{ key: 'in', operator: 'in', values: ['notin'] }]],
    ['a in (,b)', [{ key: 'a', operator: 'in', values: ['', 'b'] }]],
  ])('reads %j', (text, expected) => {
    expect(parseLabelSelector(text)).toEqual(expected);
  });

  it.each([
    ['a===b', "unable to parse requirement: found '=', expected: identifier"],
    ['a=b,', "found '', expected: identifier after ','"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
  ])('refuses %j', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(new ApiError('BadRequest', message));
  });

  it('refuses keys and values that no label can have', () => {
    expect(() => parseLabelSelector('a_=b')).toThrow(
      /unable to parse requirement: key: Invalid value: "a_": name part must consist/,
    );
    expect(() => parseLabelSelector('a=b_')).toThrow(
      /unable to parse requirement: values\[0\]\[a\]: Invalid value: "b_": a valid label/,
    );
  });
});

describe('matchesLabels', () => {
  it.each([
    ['a=1', { a: '1' }, true],
    ['a=1', { a: '2' }, false],
    ['a=1', {}, false],
    ['a!=1', {}, true],
    ['a!=1', { a: '1' }, false],
    ['a in (1,2)', { a: '2' }, true],
    ['a notin (1,2)', {}, true],
    ['a notin (1,2)', { a: '1' }, false],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['a=1,b=2', { a: '1' }, false],
    ['toString', {}, false],
  ])('%s on %j is %s', (selector, labels, expected) => {
    expect(matchesLabels(parseLabelSelector(selector), labels)).toBe(expected);
  });
});
