import type { SchemaLibrary } from '@faktorz/apimachinery';
import {
  kindSchemas,
  listOf,
  META,
  object,
  optionalPart,
  orNull,
  part,
  reference,
  text,
  texts,
} from '../schema/schema-words.js';

const NAME = 'io.k8s.api.rbac.v1';
const GROUP = 'rbac.authorization.k8s.io';
export const roleSchemaName = (kind: string): string => `${NAME}.${kind}`;

const shared: SchemaLibrary = {
  [`${NAME}.PolicyRule`]: object(
    'What may be done with what.',
    {
      verbs: texts('What may be done; "*" is everything.'),
      apiGroups: texts('API groups of the resources; "" is the core group, "*" every group.'),
      resources: texts('Resources, subresources as resource/subresource; "*" is every one.'),
      resourceNames: texts('If given, only objects of these names.'),
      nonResourceURLs: texts('Paths that are no resources; a "*" at the end takes everything below.'),
    },
    ['verbs'],
  ),
  [`${NAME}.RoleRef`]: reference(
    'The role that is granted.',
    { apiGroup: text('API group of the role.'), kind: text('Role or ClusterRole.'), name: text('Name of the role.') },
    ['apiGroup', 'kind', 'name'],
  ),
  [`${NAME}.Subject`]: reference(
    'A user, group or service account.',
    {
      kind: text('User, Group or ServiceAccount.'),
      apiGroup: text('API group of the subject; empty for service accounts.'),
      name: text('Name of the subject.'),
      namespace: text('Namespace of a service account.'),
    },
    ['kind', 'name'],
  ),
  [`${NAME}.AggregationRule`]: object('From which cluster roles the rules are added up.', {
    clusterRoleSelectors: listOf(`${META}.LabelSelector`, 'Each selects cluster roles by label.'),
  }),
};

const ruleList = orNull(listOf(`${NAME}.PolicyRule`, 'What the role permits.'));
const binding = {
  subjects: listOf(`${NAME}.Subject`, 'Who gets the role.'),
  roleRef: part(`${NAME}.RoleRef`, 'The role they get; it cannot be changed later.'),
};

export const roleSchemas: SchemaLibrary = {
  ...shared,
  ...kindSchemas({
    name: roleSchemaName('Role'),
    group: GROUP,
    kind: 'Role',
    description: 'Rights within one namespace.',
    properties: { rules: ruleList },
  }),
  ...kindSchemas({
    name: roleSchemaName('ClusterRole'),
    group: GROUP,
    kind: 'ClusterRole',
    description: 'Rights that can be granted in one namespace or everywhere.',
    properties: {
      rules: ruleList,
      aggregationRule: optionalPart(`${NAME}.AggregationRule`, 'If given, the rules come from other cluster roles.'),
    },
  }),
  ...kindSchemas({
    name: roleSchemaName('RoleBinding'),
    group: GROUP,
    kind: 'RoleBinding',
    description: 'Grants a role within one namespace.',
    properties: binding,
    required: ['roleRef'],
  }),
  ...kindSchemas({
    name: roleSchemaName('ClusterRoleBinding'),
    group: GROUP,
    kind: 'ClusterRoleBinding',
    description: 'Grants a cluster role everywhere.',
    properties: binding,
    required: ['roleRef'],
  }),
};
