import { describe, expect, it } from '@jest/globals';
import { routeOf } from './route.js';

const repository = { namespace: 'team', stream: 'app' };

describe('routeOf', () => {
  it.each([
    ['/v2/', { kind: 'base' }],
    ['/v2', { kind: 'base' }],
    ['/v2/_catalog', { kind: 'catalog' }],
    ['/v2/team/app/tags/list', { kind: 'tags', repository }],
    ['/v2/team/app/manifests/1.0', { kind: 'manifest', repository, reference: '1.0' }],
    ['/v2/team/app/manifests/sha256%3Aab', { kind: 'manifest', repository, reference: 'sha256:ab' }],
    ['/v2/team/app/blobs/sha256:ab', { kind: 'blob', repository, reference: 'sha256:ab' }],
    ['/v2/team/app/blobs/uploads/', { kind: 'upload', repository, reference: '' }],
    ['/v2/team/app/blobs/uploads', { kind: 'upload', repository, reference: '' }],
    ['/v2/team/app/blobs/uploads/x', { kind: 'upload', repository, reference: 'x' }],
    ['/v2/team/app/referrers/sha256:ab', { kind: 'referrers', repository, reference: 'sha256:ab' }],
    [
      '/v2/blobs/uploads/blobs/uploads/x',
      { kind: 'upload', repository: { namespace: 'blobs', stream: 'uploads' }, reference: 'x' },
    ],
    ['/v2/single/tags/list', { kind: 'invalid-name', name: 'single' }],
    ['/v2/a/b/c/manifests/x', { kind: 'invalid-name', name: 'a/b/c' }],
    ['/v2/team/App/manifests/x', { kind: 'invalid-name', name: 'team/App' }],
    ['/v2/team/../manifests/x', { kind: 'invalid-name', name: 'team/..' }],
    ['/v2/team%2Fapp/x/manifests/x', { kind: 'invalid-name', name: 'team%2Fapp/x/manifests/x' }],
    ['/v2/team/%zz/manifests/x', { kind: 'invalid-name', name: 'team/%zz/manifests/x' }],
  ])('%s', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  it.each(['/v2/x', '/v2/team/app', '/v2/team/app/tags', '/v2/team/app/tags/x', '/v2/team/app/manifests/', '/v2//'])(
    '%s is nothing',
    (path) => {
      expect(routeOf(path)).toBeUndefined();
    },
  );
});
