import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@faktorz/apimachinery';
import { DomainError } from '@faktorz/domain';
import { z } from 'zod';
import { type FailureKind, failureKind } from './failure.js';

class BadTag extends DomainError {
  readonly reason = 'Invalid';
}
const sqlError = (code: string) => Object.assign(new Error('from PostgreSQL'), { code });
const zodError = z.string().safeParse(1).error;

describe('failure of a handler', () => {
  it.each<[string, unknown, FailureKind]>([
    ['a broken rule', new BadTag('x'), 'permanent'],
    ['data of another shape', zodError, 'permanent'],
    ['an API error of the caller', new ApiError('NotFound', 'x'), 'permanent'],
    ['a lost race', new ApiError('Conflict', 'x'), 'unclear'],
    ['too many requests', new ApiError('TooManyRequests', 'x'), 'transient'],
    ['a service away', new ApiError('ServiceUnavailable', 'x'), 'transient'],
    ['a database away', sqlError('57P01'), 'transient'],
    ['a refused connection', sqlError('ECONNREFUSED'), 'transient'],
    ['a violated constraint', sqlError('23505'), 'permanent'],
    ['a missing table', sqlError('42P01'), 'unclear'],
    ['a bug', new TypeError('x is undefined'), 'unclear'],
  ])('%s', (_name, error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});
