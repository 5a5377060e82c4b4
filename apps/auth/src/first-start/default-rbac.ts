import {
  aggregationLabel,
  DEFAULT_BINDINGS,
  DEFAULT_CLUSTER_ROLES,
  SHARED_RESOURCE_VIEWER,
  type DefaultBinding,
  type DefaultRole,
} from '../access/default-roles.js';
import { RBAC_GROUP, type ClusterRole, type Role, type RoleBinding } from '../access/rbac.js';
import { newMetadata } from '../storage/new-object.js';

const API_VERSION = `${RBAC_GROUP}/v1`;

/** The default roles and bindings as objects to be stored. */
export function defaultRbacObjects(): {
  clusterRoles: ClusterRole[];
  roles: Role[];
  clusterRoleBindings: RoleBinding[];
  roleBindings: RoleBinding[];
} {
  const bindings = DEFAULT_BINDINGS.map(bindingOf);
  const { namespace, name, rules } = SHARED_RESOURCE_VIEWER;
  return {
    clusterRoles: DEFAULT_CLUSTER_ROLES.map(clusterRoleOf),
    roles: [{ kind: 'Role', apiVersion: API_VERSION, metadata: newMetadata({ name, namespace }), rules }],
    clusterRoleBindings: bindings.filter(({ kind }) => kind === 'ClusterRoleBinding'),
    roleBindings: bindings.filter(({ kind }) => kind === 'RoleBinding'),
  };
}

function clusterRoleOf({ name, rules, aggregatesTo = [], aggregates }: DefaultRole): ClusterRole {
  const labels = Object.fromEntries(aggregatesTo.map((target) => [aggregationLabel(target), 'true']));
  return {
    kind: 'ClusterRole',
    apiVersion: API_VERSION,
    metadata: newMetadata({ name, ...(aggregatesTo.length > 0 && { labels }) }),
    ...(aggregates && {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregationLabel(name)]: 'true' } }] },
    }),
    rules,
  };
}

function bindingOf({ name, namespace, roleRef, subjects }: DefaultBinding): RoleBinding {
  return {
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    apiVersion: API_VERSION,
    metadata: newMetadata({ name, ...(namespace !== undefined && { namespace }) }),
    subjects,
    roleRef,
  };
}
