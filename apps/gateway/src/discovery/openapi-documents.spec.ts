import { describe, expect, it } from '@jest/globals';
import { mergeDocuments } from './openapi-documents.js';

describe('mergeDocuments', () => {
  it('joins paths and schemas of owners that share a group, the first one winning', () => {
    const merged = mergeDocuments([
      {
        openapi: '3.0.0',
        paths: { '/b': { get: 1 } },
        components: { schemas: { Shared: { type: 'first' } }, securitySchemes: {} },
      },
      {
        openapi: '3.0.0',
        paths: { '/a': { post: 1 } },
        components: { schemas: { Shared: { type: 'second' }, Own: {} } },
      },
    ] as never);
    expect(merged).toEqual({
      openapi: '3.0.0',
      paths: { '/a': { post: 1 }, '/b': { get: 1 } },
      components: { schemas: { Own: {}, Shared: { type: 'first' } }, securitySchemes: {} },
    });
    expect(Object.keys(merged.paths!)).toEqual(['/a', '/b']);
  });

  it('joins definitions of version 2 and leaves a single document as it is', () => {
    expect(mergeDocuments([{ definitions: { A: {} } }, { definitions: { B: {} } }])).toEqual({
      paths: {},
      definitions: { A: {}, B: {} },
    });
    const only = { swagger: '2.0' };
    expect(mergeDocuments([only])).toBe(only);
  });
});
