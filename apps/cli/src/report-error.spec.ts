import { describe, expect, it } from '@jest/globals';
import { ApiError } from './client/api-error.js';
import { warningsOf } from './client/warnings.js';
import { describeApiError } from './report-error.js';

const invalid = (causes: object[], details: object = { kind: 'ImageStream', name: 'shop' }) =>
  new ApiError({ reason: 'Invalid', message: 'whole message', details: { ...details, causes } }, 422);

describe('errors of the server in words', () => {
  it('names the reason', () => {
    expect(describeApiError(new ApiError({ reason: 'NotFound', message: 'secrets "x" not found' }, 404))).toBe(
      'Error from server (NotFound): secrets "x" not found',
    );
  });

  it('does without a reason', () => {
    expect(describeApiError(new ApiError({ message: 'teapot' }, 418))).toBe('Error from server: teapot');
  });

  it('speaks of logging in for 401', () => {
    expect(describeApiError(new ApiError({ reason: 'Unauthorized', message: 'Unauthorized' }, 401))).toBe(
      'error: You must be logged in to the server (Unauthorized)',
    );
  });

  it('puts one cause on the line and lists several, each once', () => {
    const one = { field: 'spec.url', message: 'Required value' };
    const two = { field: 'spec.types[0]', message: 'Unsupported value: "x"' };
    expect(describeApiError(invalid([one]))).toBe('The ImageStream "shop" is invalid: spec.url: Required value');
    expect(describeApiError(invalid([one, two, one]))).toBe(
      'The ImageStream "shop" is invalid: \n* spec.url: Required value\n* spec.types[0]: Unsupported value: "x"',
    );
  });

  it('falls back to the message where there are no causes', () => {
    expect(describeApiError(invalid([], {}))).toBe('The request is invalid: whole message');
  });

  it.each([
    [503, '', 'Error from server (ServiceUnavailable): the server is currently unable to handle the request'],
    [404, '404 page not found', 'Error from server (NotFound): the server could not find the requested resource'],
    [500, '<html>boom</html>', 'Error from server (InternalError): <html>boom</html>'],
  ])('reads a bare %d', (status, body, text) => {
    expect(describeApiError(ApiError.fromResponse(status, body))).toBe(text);
  });
});

describe('warnings', () => {
  it('are read out of the header, quotes and all', () => {
    expect(warningsOf('299 - "unknown field \\"spec.x\\"", 299 - "second, with comma"')).toEqual([
      'unknown field "spec.x"',
      'second, with comma',
    ]);
    expect(warningsOf(undefined)).toEqual([]);
  });
});
