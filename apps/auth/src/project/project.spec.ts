import { describe, expect, it } from '@jest/globals';
import {
  namespaceOf,
  projectOf,
  requestedNamespace,
  reservedNameProblem,
  validateProjectRequest,
  type ProjectRequest,
} from './project.js';

const request = (name: string, rest: Partial<ProjectRequest> = {}): ProjectRequest => ({
  apiVersion: 'project.openshift.io/v1',
  kind: 'ProjectRequest',
  metadata: { name },
  ...rest,
});

describe('requestedNamespace', () => {
  it('always carries the three annotations, empty where nothing was given', () => {
    expect(requestedNamespace(request('blue', { displayName: 'Blue' }), 'ann')).toEqual({
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {
        name: 'blue',
        annotations: {
          'openshift.io/description': '',
          'openshift.io/display-name': 'Blue',
          'openshift.io/requester': 'ann',
        },
      },
      spec: { finalizers: ['openshift.io/origin', 'kubernetes'] },
    });
  });

  it('does not let the requester name somebody else', () => {
    const forged = request('blue');
    forged.metadata.annotations = { 'openshift.io/requester': 'root', note: 'kept' };
    expect(requestedNamespace(forged, 'ann').metadata.annotations).toMatchObject({
      'openshift.io/requester': 'ann',
      note: 'kept',
    });
  });
});

describe('projectOf', () => {
  it('shows a namespace as project and back', () => {
    const namespace = { ...requestedNamespace(request('blue'), 'ann'), status: { phase: 'Active' as const } };
    expect(projectOf(namespace)).toMatchObject({
      kind: 'Project',
      apiVersion: 'project.openshift.io/v1',
      status: { phase: 'Active' },
    });
    expect(namespaceOf(projectOf(namespace))).toEqual(namespace);
  });
});

describe('project names', () => {
  it.each(['blue', 'b2', 'a'.repeat(63)])('accepts %s', (name) =>
    expect(validateProjectRequest(request(name))).toEqual([]),
  );
  it.each(['b', 'Blue', 'blue.red', '-blue', 'a'.repeat(64)])('refuses %j', (name) => {
    expect(validateProjectRequest(request(name))).toMatchObject([{ field: 'metadata.name', type: 'Invalid' }]);
  });
  it('needs a name', () => {
    expect(validateProjectRequest(request(''))).toMatchObject([{ field: 'metadata.name', type: 'Required' }]);
  });
  it.each([
    ['openshift', 'with the name "openshift"'],
    ['kube-system', 'starting with "kube-"'],
    ['kubernetes-x', 'starting with "kubernetes-"'],
    ['kubectl', undefined],
    ['openshiftx', undefined],
  ])('%s is reserved: %s', (name, why) => {
    expect(reservedNameProblem(name)).toBe(why && `cannot request a project ${why}`);
  });
});
