import { describe, expect, it } from '@jest/globals';
import { parseResourcePath, pathParts } from './request-path.js';

const read = (url: string) => parseResourcePath(pathParts(url)!);

describe('parseResourcePath', () => {
  it.each([
    ['/apis/x.io/v1/namespaces/n/widgets', { group: 'x.io', version: 'v1', namespace: 'n', resource: 'widgets' }],
    ['/apis/x.io/v1/namespaces/n/widgets/a%3Ab%40c?x=y', { namespace: 'n', resource: 'widgets', name: 'a:b@c' }],
    ['/apis/x.io/v1/namespaces/n/widgets/a:b/status', { name: 'a:b', subresource: 'status' }],
    ['/apis/x.io/v1/widgets', { resource: 'widgets', namespace: undefined, name: undefined }],
    ['/api/v1/namespaces', { group: '', version: 'v1', resource: 'namespaces' }],
    ['/api/v1/namespaces/n', { resource: 'namespaces', name: 'n', namespace: undefined }],
    ['/api/v1/namespaces/n/finalize', { resource: 'namespaces', name: 'n', subresource: 'finalize' }],
    ['/api/v1/namespaces/n/secrets/', { namespace: 'n', resource: 'secrets' }],
    ['/api/v1/watch/namespaces/n/secrets/a', { isWatch: true, namespace: 'n', resource: 'secrets', name: 'a' }],
    ['/api/v1/namespaces/n/pods/a/proxy/b', { isTooDeep: true }],
  ])('reads %s', (url, expected) => {
    expect(read(url)).toMatchObject(expected);
  });

  it.each(['/api', '/api/v1', '/apis', '/apis/x.io', '/apis/x.io/v1'])('finds no resource in %s', (url) => {
    expect(read(url)).toBeUndefined();
  });

  it('gives nothing for broken encodings', () => {
    expect(pathParts('/api/%zz')).toBeUndefined();
  });
});
