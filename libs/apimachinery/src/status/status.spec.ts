import { describe, expect, it } from '@jest/globals';
import type { FieldError } from '../resource-definition.js';
import { ApiError } from './api-error.js';
import { alreadyExists, conflict, forbidden, invalid, notAcceptable, notFound, OBJECT_MODIFIED } from './errors.js';
import { Verbatim } from './field-errors.js';
import { statusOf, success } from './status-object.js';

describe('errors', () => {
  it.each([
    ['a missing object', notFound('widgets', 'x.io', 'a'), 404, 'widgets.x.io "a" not found'],
    ['a missing core object', notFound('secrets', '', 'a'), 404, 'secrets "a" not found'],
    ['a taken name', alreadyExists('widgets', 'x.io', 'a'), 409, 'widgets.x.io "a" already exists'],
    [
      'a lost race',
      conflict('widgets', 'x.io', 'a', OBJECT_MODIFIED),
      409,
      `Operation cannot be fulfilled on widgets.x.io "a": ${OBJECT_MODIFIED}`,
    ],
    ['a refused list', forbidden('widgets', 'x.io', '', 'no'), 403, 'widgets.x.io is forbidden: no'],
    ['a refused object', forbidden('widgets', 'x.io', 'a', 'no'), 403, 'widgets.x.io "a" is forbidden: no'],
    [
      'no representation',
      notAcceptable(['a/b', 'c/d']),
      406,
      '406: Not Acceptable\n\nAvailable representations: a/b, c/d',
    ],
  ])('of %s say so', (_what, error, code, message) => {
    expect(statusOf(error)).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code,
      message,
    });
  });
});

describe('invalid', () => {
  const required: FieldError = { field: 'spec.x', type: 'Required', detail: '' };
  const cases: [FieldError, string, string][] = [
    [required, 'Required value', 'FieldValueRequired'],
    [{ field: 'f', type: 'Required', detail: 'say it' }, 'Required value: say it', 'FieldValueRequired'],
    [{ field: 'f', type: 'Invalid', value: 'a"b', detail: 'no' }, 'Invalid value: "a\\"b": no', 'FieldValueInvalid'],
    [{ field: 'f', type: 'Invalid', value: true, detail: 'no' }, 'Invalid value: true: no', 'FieldValueInvalid'],
    [{ field: 'f', type: 'Invalid', value: undefined, detail: 'no' }, 'Invalid value: null: no', 'FieldValueInvalid'],
    [
      { field: 'f', type: 'Invalid', value: new Verbatim('0x0'), detail: 'no' },
      'Invalid value: 0x0: no',
      'FieldValueInvalid',
    ],
    [
      { field: 'f', type: 'NotSupported', value: 'x', detail: 'supported values: "a"' },
      'Unsupported value: "x": supported values: "a"',
      'FieldValueNotSupported',
    ],
    [{ field: 'f', type: 'Forbidden', detail: 'no' }, 'Forbidden: no', 'FieldValueForbidden'],
    [{ field: 'f', type: 'NotFound', value: 'x', detail: '' }, 'Not found: "x"', 'FieldValueNotFound'],
    [{ field: 'f', type: 'Duplicate', value: 'x', detail: '' }, 'Duplicate value: "x"', 'FieldValueDuplicate'],
    [
      { field: 'f', type: 'TooLong', value: 'x', detail: 'may not be more than 3 bytes' },
      'Too long: may not be more than 3 bytes',
      'FieldValueTooLong',
    ],
    [{ field: '[]', type: 'InternalError', detail: 'gone' }, 'Internal error: gone', 'InternalError'],
  ];

  it.each(cases)('prints %j', (error, message, reason) => {
    const status = statusOf(invalid('Widget', 'x.io', 'a', [error]));
    expect(status.message).toBe(`Widget.x.io "a" is invalid: ${error.field}: ${message}`);
    expect(status.details).toEqual({
      name: 'a',
      group: 'x.io',
      kind: 'Widget',
      causes: [{ reason, message, field: error.field }],
    });
  });

  it('puts several errors in brackets, equal ones once', () => {
    const other: FieldError = { field: 'spec.y', type: 'Forbidden', detail: 'no' };
    const { message, details } = statusOf(invalid('Widget', 'x.io', 'a', [required, other, required]));
    expect(message).toBe('Widget.x.io "a" is invalid: [spec.x: Required value, spec.y: Forbidden: no]');
    expect(details?.causes).toHaveLength(3);
  });
});

describe('statusOf', () => {
  it('takes the reason of an error of the domain', () => {
    class Missing extends Error {
      readonly reason = 'NotFound';
    }
    expect(statusOf(new Missing('no such tag'))).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'no such tag',
    });
  });

  it('shows nothing but the message of other errors', () => {
    const status = statusOf(Object.assign(new Error('boom'), { reason: 'Whatever' }));
    expect(status).toMatchObject({ code: 500, reason: 'InternalError', message: 'Internal error occurred: boom' });
    expect(JSON.stringify(status)).not.toContain('at ');
  });

  it('leaves the reason out where there is none', () => {
    expect(statusOf(new ApiError(undefined, 'x'))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'x',
      code: 500,
    });
  });

  it('says success', () => {
    expect(success({ name: 'a', kind: 'widgets' })).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'widgets' },
    });
  });
});
