import { describe, expect, it } from '@jest/globals';
import { readRequestInfo } from '../request/request-info.js';
import { forbiddenMessage } from './forbidden-message.js';

const eve = { user: 'eve', groups: [] };
const refusal = (method: string, path: string, reason = '') =>
  forbiddenMessage(readRequestInfo(method, path, ''), eve, reason);

describe('forbiddenMessage', () => {
  it.each([
    [
      'DELETE',
      '/apis/image.openshift.io/v1/namespaces/a/imagestreams/ruby',
      '',
      'imagestreams.image.openshift.io "ruby" is forbidden: User "eve" cannot delete resource "imagestreams" in API group "image.openshift.io" in the namespace "a"',
    ],
    [
      'GET',
      '/apis/image.openshift.io/v1/images',
      'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
      'images.image.openshift.io is forbidden: User "eve" cannot list resource "images" in API group "image.openshift.io" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    ],
    [
      'GET',
      '/apis/image.openshift.io/v1/namespaces/a/imagestreams/ruby/layers',
      '',
      'imagestreams.image.openshift.io "ruby" is forbidden: User "eve" cannot get resource "imagestreams/layers" in API group "image.openshift.io" in the namespace "a"',
    ],
    [
      'GET',
      '/api/v1/namespaces/a',
      '',
      'namespaces "a" is forbidden: User "eve" cannot get resource "namespaces" in API group "" in the namespace "a"',
    ],
    [
      'POST',
      '/api/v1/namespaces/a/serviceaccounts/robot/token',
      '',
      'serviceaccounts "robot" is forbidden: User "eve" cannot create resource "serviceaccounts/token" in API group "" in the namespace "a"',
    ],
    [
      'POST',
      '/api/v1/namespaces/a/secrets',
      '',
      'secrets is forbidden: User "eve" cannot create resource "secrets" in API group "" in the namespace "a"',
    ],
    ['GET', '/metrics', '', 'forbidden: User "eve" cannot get path "/metrics"'],
  ])('%s %s', (method, path, reason, expected) => {
    expect(refusal(method, path, reason)).toBe(expected);
  });
});
