import { describe, expect, it } from '@jest/globals';
import { labelConditions } from './label-condition.js';

describe('label selector in SQL', () => {
  it('puts keys and values into parameters, never into the text', () => {
    const values: unknown[] = [];
    const conditions = labelConditions(
      [
        { key: "a'b", operator: '=', values: ['x'] },
        { key: 'c', operator: 'notin', values: ['y', 'z'] },
        { key: 'd', operator: '!', values: [] },
      ],
      'labels',
      (value) => `$${values.push(value)}`,
    );
    expect(conditions).toEqual([
      'labels @> $1::jsonb',
      'coalesce((labels ->> $2::text) <> ALL($3::text[]), true)',
      'NOT (labels ? $4::text)',
    ]);
    expect(values).toEqual([JSON.stringify({ "a'b": 'x' }), 'c', ['y', 'z'], 'd']);
  });
});
