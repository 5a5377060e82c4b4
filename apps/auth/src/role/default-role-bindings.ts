import { RBAC_GROUP, type RoleBinding, type Subject } from '../access/rbac.js';
import { DESCRIPTION } from '../project/project.js';
import { newMetadata } from '../storage/new-object.js';

interface DefaultRoleBinding {
  role: string;
  name: string;
  description: string;
  subject(namespace: string): Subject;
}

const account =
  (name: string) =>
  (namespace: string): Subject => ({ kind: 'ServiceAccount', name, namespace });

/** Bindings that every namespace has; who does not want one empties its subjects. */
const DEFAULT_ROLE_BINDINGS: readonly DefaultRoleBinding[] = [
  {
    name: 'system:image-pullers',
    role: 'system:image-puller',
    description: 'Lets all pods of this namespace pull its images. Take the subjects out to switch it off.',
    subject: (namespace) => ({ kind: 'Group', apiGroup: RBAC_GROUP, name: `system:serviceaccounts:${namespace}` }),
  },
  {
    name: 'system:image-builders',
    role: 'system:image-builder',
    description: 'Lets builds of this namespace push images to it. Take the subjects out to switch it off.',
    subject: account('builder'),
  },
  {
    name: 'system:deployers',
    role: 'system:deployer',
    description: 'Lets deployments of this namespace roll out pods in it. Take the subjects out to switch it off.',
    subject: account('deployer'),
  },
];

export function isDefaultBinding(name: string): boolean {
  return DEFAULT_ROLE_BINDINGS.some((binding) => binding.name === name);
}

export function defaultRoleBindings(namespace: string): RoleBinding[] {
  return DEFAULT_ROLE_BINDINGS.map(({ name, role, description, subject }) => ({
    kind: 'RoleBinding',
    apiVersion: `${RBAC_GROUP}/v1`,
    metadata: newMetadata({ name, namespace, annotations: { [DESCRIPTION]: description } }),
    subjects: [subject(namespace)],
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role },
  }));
}
