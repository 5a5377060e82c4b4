import {
  createdAtColumn,
  nameColumn,
  pathSegmentProblems,
  type RequestContext,
  type ResourceDefinition,
  type StoredResourceStrategy,
  type TableColumn,
} from '@faktorz/apimachinery';
import type { AccessIndex } from '../access/access-index.js';
import { refuseEscalation, refuseUnheldGrant } from '../access/escalation.js';
import { indexedStorage } from '../access/indexed-storage.js';
import { RBAC_GROUP, type ClusterRole, type Role, type RoleBinding } from '../access/rbac.js';
import { ageColumn, textColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import type { AuthStorages } from '../storage/auth-storages.js';
import { defaultBinding, validateBinding, validateClusterRole, validateRole } from './role.js';
import { roleSchemaName, roleSchemas } from './role.schema.js';

const WIDE = 1;
const subjectsOf = (kind: string) => (binding: RoleBinding) =>
  (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ');

const bindingColumns: TableColumn<RoleBinding>[] = [
  nameColumn,
  textColumn('Role', 'The role that is granted.', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  textColumn('Users', 'Users who get it.', subjectsOf('User'), WIDE),
  textColumn('Groups', 'Groups that get it.', subjectsOf('Group'), WIDE),
  textColumn('ServiceAccounts', 'Service accounts that get it.', subjectsOf('ServiceAccount'), WIDE),
];

/** rbac.authorization.k8s.io/v1: roles and bindings, which nobody can use to give more than he has. */
export function rbacResources(storages: AuthStorages, index: AccessIndex): ResourceDefinition[] {
  const about = { group: RBAC_GROUP, schemas: roleSchemas };
  const role = { ...about, columns: [nameColumn, createdAtColumn] };
  const binding = { ...about, columns: bindingColumns };
  return [
    storedDefinition<ClusterRole>({
      ...role,
      ...names('clusterroles', 'ClusterRole', false),
      storage: indexedStorage('clusterroles', storages.clusterRoles, index),
      strategy: {
        ...roleStrategy<ClusterRole>('clusterroles', index),
        validate: validateClusterRole,
        decorate: (object) => {
          if (object.aggregationRule) object.rules = [...(index.rulesOfClusterRole(object.metadata.name) ?? [])];
          object.rules ??= null;
        },
      },
    }),
    storedDefinition<Role>({
      ...role,
      ...names('roles', 'Role', true),
      storage: indexedStorage('roles', storages.roles, index),
      strategy: { ...roleStrategy<Role>('roles', index), validate: validateRole },
    }),
    storedDefinition<RoleBinding>({
      ...binding,
      ...names('clusterrolebindings', 'ClusterRoleBinding', false),
      storage: indexedStorage('clusterrolebindings', storages.clusterRoleBindings, index),
      strategy: bindingStrategy('clusterrolebindings', index),
    }),
    storedDefinition<RoleBinding>({
      ...binding,
      ...names('rolebindings', 'RoleBinding', true),
      storage: indexedStorage('rolebindings', storages.roleBindings, index),
      strategy: bindingStrategy('rolebindings', index),
    }),
  ];
}

function names(plural: string, kind: string, namespaced: boolean) {
  return { plural, singular: kind.toLowerCase(), kind, namespaced, schema: roleSchemaName(kind) };
}

function roleStrategy<T extends Role>(plural: string, index: AccessIndex): StoredResourceStrategy<T> {
  const refuse = (role: T, context: RequestContext): void => refuseEscalation(index, plural, role, context);
  return {
    prepareForCreate: refuse,
    prepareForUpdate: (role, old, context) => {
      if (rightsIn(role) !== rightsIn(old)) refuse(role, context);
    },
    validateName: pathSegmentProblems,
  };
}

const rightsIn = (role: ClusterRole): string => JSON.stringify([role.rules, role.aggregationRule]);

function bindingStrategy(plural: string, index: AccessIndex): StoredResourceStrategy<RoleBinding> {
  const refuse = (binding: RoleBinding, context: RequestContext): void => {
    // Without a role there is nothing to grant; validation says what is missing.
    if (binding.roleRef !== undefined) refuseUnheldGrant(index, plural, binding, context);
  };
  return {
    default: defaultBinding,
    prepareForCreate: refuse,
    prepareForUpdate: (binding, old, context) => {
      if (JSON.stringify(binding.subjects) !== JSON.stringify(old.subjects)) refuse(binding, context);
    },
    validate: validateBinding,
    validateName: pathSegmentProblems,
  };
}
