import { describe, expect, it } from '@jest/globals';
import { AmbiguousPath, readRequestInfo } from './request-info.js';

const read = (line: string) => {
  const [method, target] = line.split(' ') as [string, string];
  const [path, query = ''] = target.split('?') as [string, string?];
  const { verb, group, namespace, resource, subresource, name } = readRequestInfo(method, path, query);
  return [verb, group, namespace, [resource, subresource].filter(Boolean).join('/'), name].join(' ');
};

describe('readRequestInfo', () => {
  it.each([
    ['GET /api/v1/namespaces', 'list   namespaces '],
    ['GET /api/v1/namespaces/a', 'get  a namespaces a'],
    ['PUT /api/v1/namespaces/a/finalize', 'update  a namespaces/finalize a'],
    ['GET /api/v1/namespaces/a/secrets/s', 'get  a secrets s'],
    ['HEAD /api/v1/namespaces/a/secrets/s', 'get  a secrets s'],
    ['GET /api/v1/watch/namespaces/a/secrets', 'watch  a secrets '],
    [
      'GET /apis/image.openshift.io/v1/namespaces/a/imagestreams?watch=true',
      'watch image.openshift.io a imagestreams ',
    ],
    [
      'GET /apis/image.openshift.io/v1/namespaces/a/imagestreams?watch=false',
      'list image.openshift.io a imagestreams ',
    ],
    ['GET /apis/image.openshift.io/v1/images?fieldSelector=metadata.name%3Dx', 'list image.openshift.io  images x'],
    ['DELETE /apis/image.openshift.io/v1/images', 'deletecollection image.openshift.io  images '],
    [
      'PATCH /apis/image.openshift.io/v1/namespaces/a/imagestreamtags/s:t',
      'patch image.openshift.io a imagestreamtags s:t',
    ],
    [
      'GET /apis/image.openshift.io/v1/namespaces/a/imagestreams/s/layers',
      'get image.openshift.io a imagestreams/layers s',
    ],
    [
      'GET /apis/image.openshift.io/v1/namespaces/a/imagestreamtags/s%3At/',
      'get image.openshift.io a imagestreamtags s:t',
    ],
    ['GET /apis/user.openshift.io/v1/users/~', 'get user.openshift.io  users ~'],
    ['DELETE /apis/project.openshift.io/v1/projects/a', 'delete project.openshift.io a projects a'],
    ['GET /apis/project.openshift.io/v1/projects', 'list project.openshift.io  projects '],
    [
      'GET /apis/project.openshift.io/v1/projects?fieldSelector=metadata.name=a',
      'list project.openshift.io  projects a',
    ],
    ['GET /api/v1/namespaces/namespaces/secrets', 'list  namespaces secrets '],
  ])('%s', (line, expected) => {
    expect(read(line)).toBe(expected);
  });

  it.each(['/', '/version', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/openapi/v3/api/v1'])(
    '%s names no resource',
    (path) => {
      expect(readRequestInfo('GET', path, '')).toMatchObject({ isResource: false, verb: 'get', path });
    },
  );

  it.each([
    '/api/v1/namespaces/a%2fsecrets/x',
    '/api/v1/namespaces/../secrets',
    '/api/v1/namespaces/%2e%2e/secrets',
    '/api/v1//secrets',
    '/api/v1/namespaces/a/secrets/%00',
    '/api/v1/namespaces/a/secrets/%252f',
    '/api/v1/namespaces/a/secrets/%zz',
    '/api/v1/namespaces/a\\b/secrets',
  ])('refuses %s, which two readers could read differently', (path) => {
    expect(() => readRequestInfo('GET', path, '')).toThrow(AmbiguousPath);
  });
});
