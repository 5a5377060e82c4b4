import { MASTERS_GROUP } from '@faktorz/domain';
import { RBAC_GROUP, type PolicyRule, type RoleRef, type Subject } from './rbac.js';

/** A ClusterRole that exists from the start. */
export interface DefaultRole {
  name: string;
  rules: PolicyRule[];
  /** Names of the aggregated roles it adds its rules to. */
  aggregatesTo?: string[];
  /** True for a role made of those that aggregate to it. */
  aggregates?: boolean;
}

export interface DefaultBinding {
  name: string;
  namespace?: string;
  roleRef: RoleRef;
  subjects: Subject[];
}

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const READ_WRITE = [...READ, ...WRITE];

/** Image resources are named in their group and in the empty group of old clients. */
const IMAGE_GROUPS = ['', 'image.openshift.io'];
const image = (verbs: string[], ...resources: string[]): PolicyRule => ({ verbs, apiGroups: IMAGE_GROUPS, resources });
const core = (verbs: string[], ...resources: string[]): PolicyRule => ({ verbs, apiGroups: [''], resources });
const of = (group: string, verbs: string[], ...resources: string[]): PolicyRule => ({
  verbs,
  apiGroups: [group],
  resources,
});
const legacy = (group: string, verbs: string[], ...resources: string[]): PolicyRule => ({
  verbs,
  apiGroups: ['', group],
  resources,
});

const STREAM_VIEWS = ['imagestreamimages', 'imagestreammappings', 'imagestreams', 'imagestreamtags', 'imagetags'];
const GET_LAYERS = image(['get'], 'imagestreams/layers');
const PUSH_LAYERS = image(['get', 'update'], 'imagestreams/layers');
const WORKLOADS: PolicyRule[] = [
  core(
    READ,
    'pods',
    'pods/log',
    'pods/status',
    'replicationcontrollers',
    'replicationcontrollers/status',
    'replicationcontrollers/scale',
  ),
  of(
    'apps',
    READ,
    'daemonsets',
    'deployments',
    'deployments/scale',
    'replicasets',
    'replicasets/scale',
    'statefulsets',
    'statefulsets/scale',
  ),
  of('batch', READ, 'cronjobs', 'jobs'),
  legacy(
    'apps.openshift.io',
    READ,
    'deploymentconfigs',
    'deploymentconfigs/log',
    'deploymentconfigs/scale',
    'deploymentconfigs/status',
  ),
  legacy('build.openshift.io', READ, 'buildconfigs', 'builds', 'builds/log'),
];
const CHANGE_WORKLOADS: PolicyRule[] = [
  core(WRITE, 'pods', 'replicationcontrollers', 'replicationcontrollers/scale'),
  of(
    'apps',
    WRITE,
    'daemonsets',
    'deployments',
    'deployments/scale',
    'deployments/rollback',
    'replicasets',
    'replicasets/scale',
    'statefulsets',
    'statefulsets/scale',
  ),
  of('batch', WRITE, 'cronjobs', 'jobs'),
  legacy('apps.openshift.io', WRITE, 'deploymentconfigs', 'deploymentconfigs/scale'),
  legacy(
    'apps.openshift.io',
    ['create'],
    'deploymentconfigrollbacks',
    'deploymentconfigs/instantiate',
    'deploymentconfigs/rollback',
  ),
  legacy('build.openshift.io', WRITE, 'buildconfigs', 'builds'),
  legacy(
    'build.openshift.io',
    ['create'],
    'buildconfigs/instantiate',
    'buildconfigs/instantiatebinary',
    'builds/clone',
  ),
  legacy('build.openshift.io', ['update'], 'builds/details'),
];
/** What FaktorZ adds beside OpenShift's own resources: webhooks and their deliveries. */
const EVENTS_GROUP = 'events.faktorz.io';
/** What became of triggers. */
const TRIGGERS_GROUP = 'triggers.faktorz.io';
/** When images are pruned. */
const PRUNER_GROUP = 'imageregistry.operator.openshift.io';
/** What importer tells of outside registries. */
const IMPORT_GROUP = 'import.faktorz.io';

/** The roles every installation begins with. Rules of `admin`, `edit` and `view` come only from roles that aggregate to them. */
export const DEFAULT_CLUSTER_ROLES: readonly DefaultRole[] = [
  {
    name: 'cluster-admin',
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  },
  { name: 'admin', rules: [], aggregates: true },
  { name: 'edit', rules: [], aggregates: true, aggregatesTo: ['admin'] },
  { name: 'view', rules: [], aggregates: true, aggregatesTo: ['edit'] },
  {
    name: 'system:aggregate-to-view',
    aggregatesTo: ['view'],
    rules: [
      core(
        READ,
        'configmaps',
        'events',
        'limitranges',
        'namespaces',
        'namespaces/status',
        'resourcequotas',
        'resourcequotas/status',
        'serviceaccounts',
      ),
      of('events.k8s.io', READ, 'events'),
      legacy('project.openshift.io', ['get'], 'projects'),
      ...WORKLOADS,
      of(EVENTS_GROUP, READ, 'webhooks', 'webhookdeliveries'),
      of(TRIGGERS_GROUP, ['get', 'list'], 'triggerrecords'),
    ],
  },
  {
    name: 'system:aggregate-to-edit',
    aggregatesTo: ['edit'],
    rules: [
      core(WRITE, 'configmaps', 'events', 'serviceaccounts'),
      core(READ_WRITE, 'secrets'),
      core(['create'], 'serviceaccounts/token'),
      core(['impersonate'], 'serviceaccounts'),
      of('events.k8s.io', WRITE, 'events'),
      ...CHANGE_WORKLOADS,
      of(EVENTS_GROUP, WRITE, 'webhooks'),
      of(EVENTS_GROUP, ['create'], 'webhookdeliveries/replay', 'webhooks/replay'),
      of(TRIGGERS_GROUP, ['create'], 'triggerrecords/replay'),
    ],
  },
  {
    name: 'system:aggregate-to-admin',
    aggregatesTo: ['admin'],
    rules: [
      of(RBAC_GROUP, READ_WRITE, 'rolebindings', 'roles'),
      legacy('authorization.openshift.io', READ_WRITE, 'rolebindings', 'roles'),
      of('authorization.k8s.io', ['create'], 'localsubjectaccessreviews'),
      legacy(
        'authorization.openshift.io',
        ['create'],
        'localresourceaccessreviews',
        'localsubjectaccessreviews',
        'subjectrulesreviews',
      ),
      legacy('project.openshift.io', ['delete', 'get', 'patch', 'update'], 'projects'),
    ],
  },
  {
    name: 'system:openshift:aggregate-to-view',
    aggregatesTo: ['view'],
    rules: [image(READ, ...STREAM_VIEWS), image(READ, 'imagestreams/status')],
  },
  {
    name: 'system:openshift:aggregate-to-edit',
    aggregatesTo: ['edit'],
    rules: [
      image(READ_WRITE, ...STREAM_VIEWS, 'imagestreams/secrets'),
      image(READ, 'imagestreams/status'),
      PUSH_LAYERS,
      image(['create'], 'imagestreamimports'),
    ],
  },
  {
    name: 'system:openshift:aggregate-to-admin',
    aggregatesTo: ['admin'],
    rules: [
      image(READ_WRITE, ...STREAM_VIEWS, 'imagestreams/secrets'),
      image(READ, 'imagestreams/status'),
      PUSH_LAYERS,
      image(['create'], 'imagestreamimports'),
    ],
  },
  { name: 'system:image-puller', rules: [GET_LAYERS] },
  { name: 'system:image-pusher', rules: [PUSH_LAYERS] },
  {
    name: 'system:image-builder',
    aggregatesTo: ['admin', 'edit'],
    rules: [
      PUSH_LAYERS,
      image(['create'], 'imagestreams'),
      legacy('build.openshift.io', ['update'], 'builds/details'),
      legacy('build.openshift.io', ['get'], 'builds'),
    ],
  },
  {
    name: 'system:image-signer',
    rules: [image(['get'], 'images', 'imagestreams/layers'), image(['create', 'delete'], 'imagesignatures')],
  },
  { name: 'system:image-auditor', rules: [image([...READ, 'patch', 'update'], 'images')] },
  {
    name: 'system:image-pruner',
    rules: [
      core(['get', 'list'], 'pods', 'replicationcontrollers'),
      legacy('build.openshift.io', ['get', 'list'], 'buildconfigs', 'builds'),
      legacy('apps.openshift.io', ['get', 'list'], 'deploymentconfigs'),
      of('batch', ['get', 'list'], 'cronjobs', 'jobs'),
      of('apps', ['get', 'list'], 'daemonsets', 'deployments', 'replicasets', 'statefulsets'),
      core(['list'], 'limitranges'),
      image(['delete'], 'images'),
      image(READ, 'images', 'imagestreams'),
      image(['update'], 'imagestreams/status'),
    ],
  },
  {
    name: 'registry-viewer',
    aggregatesTo: ['view'],
    rules: [
      image(READ, ...STREAM_VIEWS),
      GET_LAYERS,
      core(['get'], 'namespaces'),
      legacy('project.openshift.io', ['get'], 'projects'),
    ],
  },
  {
    name: 'registry-editor',
    aggregatesTo: ['edit'],
    rules: [
      core(READ_WRITE, 'secrets', 'serviceaccounts'),
      image(READ_WRITE, ...STREAM_VIEWS, 'imagestreams/secrets'),
      image(['create'], 'imagestreamimports'),
      PUSH_LAYERS,
      core(['get'], 'namespaces'),
      legacy('project.openshift.io', ['get'], 'projects'),
    ],
  },
  {
    name: 'registry-admin',
    aggregatesTo: ['admin'],
    rules: [
      core(READ_WRITE, 'secrets', 'serviceaccounts'),
      image(READ_WRITE, ...STREAM_VIEWS, 'imagestreams/secrets'),
      image(['create'], 'imagestreamimports'),
      PUSH_LAYERS,
      legacy('authorization.openshift.io', READ_WRITE, 'rolebindings', 'roles'),
      of(RBAC_GROUP, READ_WRITE, 'rolebindings', 'roles'),
      legacy(
        'authorization.openshift.io',
        ['create'],
        'localresourceaccessreviews',
        'localsubjectaccessreviews',
        'subjectrulesreviews',
      ),
      of('authorization.k8s.io', ['create'], 'localsubjectaccessreviews'),
      core(['get'], 'namespaces'),
      legacy('project.openshift.io', ['delete', 'get'], 'projects'),
    ],
  },
  {
    name: 'cluster-reader',
    rules: [
      core(
        READ,
        'configmaps',
        'events',
        'limitranges',
        'namespaces',
        'namespaces/status',
        'resourcequotas',
        'resourcequotas/status',
        'serviceaccounts',
      ),
      ...WORKLOADS,
      image(READ, 'images', 'imagesignatures', ...STREAM_VIEWS, 'imagestreams/status'),
      GET_LAYERS,
      legacy('project.openshift.io', READ, 'projects'),
      legacy('user.openshift.io', READ, 'groups', 'identities', 'users'),
      of(RBAC_GROUP, READ, 'clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'),
      of(EVENTS_GROUP, READ, 'webhooks', 'webhookdeliveries'),
      of(TRIGGERS_GROUP, ['get', 'list'], 'triggerrecords'),
      of(IMPORT_GROUP, ['get', 'list'], 'registryaccounts'),
      of(PRUNER_GROUP, READ, 'imagepruners'),
      of(
        'authorization.k8s.io',
        ['create'],
        'localsubjectaccessreviews',
        'selfsubjectaccessreviews',
        'selfsubjectrulesreviews',
        'subjectaccessreviews',
      ),
      legacy(
        'authorization.openshift.io',
        ['create'],
        'localresourceaccessreviews',
        'localsubjectaccessreviews',
        'resourceaccessreviews',
        'selfsubjectrulesreviews',
        'subjectaccessreviews',
        'subjectrulesreviews',
      ),
      { verbs: ['get'], nonResourceURLs: ['*'] },
    ],
  },
  {
    name: 'basic-user',
    rules: [
      { verbs: ['get'], apiGroups: ['', 'user.openshift.io'], resources: ['users'], resourceNames: ['~'] },
      legacy('project.openshift.io', ['list'], 'projectrequests'),
      legacy('project.openshift.io', ['list', 'watch'], 'projects'),
      legacy('authorization.openshift.io', ['create'], 'selfsubjectrulesreviews', 'subjectaccessreviews'),
      of('authorization.k8s.io', ['create'], 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'),
      of('authentication.k8s.io', ['create'], 'selfsubjectreviews'),
      of(RBAC_GROUP, ['get', 'list'], 'clusterroles'),
      of('oauth.openshift.io', ['delete'], 'oauthaccesstokens'),
      of('apiextensions.k8s.io', ['list'], 'customresourcedefinitions'),
    ],
  },
  {
    name: 'faktorz:own-password',
    rules: [
      { verbs: ['create'], apiGroups: ['user.openshift.io'], resources: ['users/password'], resourceNames: ['~'] },
    ],
  },
  { name: 'self-provisioner', rules: [legacy('project.openshift.io', ['create'], 'projectrequests')] },
  {
    name: 'system:discovery',
    rules: [
      {
        verbs: ['get'],
        nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', '/version', '/version/'],
      },
    ],
  },
  {
    name: 'system:deployer',
    rules: [
      core(['get', 'list', 'watch', 'update', 'delete'], 'replicationcontrollers'),
      core(['get', 'update'], 'replicationcontrollers/scale'),
      core(['create', 'get', 'list', 'watch'], 'pods'),
      core(['get'], 'pods/log'),
      core(['create', 'list'], 'events'),
      image(['create', 'update'], 'imagestreamtags', 'imagetags'),
    ],
  },
];

const clusterRole = (name: string): RoleRef => ({ apiGroup: RBAC_GROUP, kind: 'ClusterRole', name });
const group = (name: string): Subject => ({ kind: 'Group', apiGroup: RBAC_GROUP, name });

export const DEFAULT_BINDINGS: readonly DefaultBinding[] = [
  { name: 'cluster-admin', roleRef: clusterRole('cluster-admin'), subjects: [group(MASTERS_GROUP)] },
  { name: 'basic-users', roleRef: clusterRole('basic-user'), subjects: [group('system:authenticated')] },
  {
    name: 'self-provisioners',
    roleRef: clusterRole('self-provisioner'),
    subjects: [group('system:authenticated:oauth')],
  },
  {
    name: 'faktorz:own-passwords',
    roleRef: clusterRole('faktorz:own-password'),
    subjects: [group('system:authenticated:oauth')],
  },
  { name: 'system:discovery', roleRef: clusterRole('system:discovery'), subjects: [group('system:authenticated')] },
  {
    name: 'shared-resource-viewers',
    namespace: 'openshift',
    roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name: 'shared-resource-viewer' },
    subjects: [group('system:authenticated')],
  },
];

/** The one Role that exists from the start: everyone may read and pull what namespace `openshift` shares. */
export const SHARED_RESOURCE_VIEWER = {
  namespace: 'openshift',
  name: 'shared-resource-viewer',
  rules: [image(READ, 'imagestreamimages', 'imagestreams', 'imagestreamtags', 'imagetags'), GET_LAYERS],
} as const satisfies { namespace: string; name: string; rules: PolicyRule[] };

/** Label by which a role adds its rules to the aggregated role `name`. */
export const aggregationLabel = (name: string): string => `rbac.authorization.k8s.io/aggregate-to-${name}`;
