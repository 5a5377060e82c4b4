import {
  coreSchemas,
  fieldOf,
  kindSchema,
  kubernetesMessages,
  listSchema,
  messageSchemas,
  type Schema,
  type SchemaLibrary,
  structSchema,
} from '@faktorz/apimachinery';
import { workloadTraits } from './message-traits.js';
import { openshiftMessages } from './openshift.messages.js';

const MACHINERY = 'io.k8s.apimachinery.pkg';

/** What the components of a package are called. */
const NAMES: Readonly<Record<string, string>> = {
  'core.v1': 'io.k8s.api.core.v1',
  'apps.v1': 'io.k8s.api.apps.v1',
  'batch.v1': 'io.k8s.api.batch.v1',
  'apps.openshift.v1': 'com.github.openshift.api.apps.v1',
  'build.openshift.v1': 'com.github.openshift.api.build.v1',
  'meta.v1': `${MACHINERY}.apis.meta.v1`,
  'api.resource': `${MACHINERY}.api.resource`,
  'util.intstr': `${MACHINERY}.util.intstr`,
  runtime: `${MACHINERY}.runtime`,
};

const GROUPS: Readonly<Record<string, string>> = {
  '': 'core.v1',
  apps: 'apps.v1',
  batch: 'batch.v1',
  'apps.openshift.io': 'apps.openshift.v1',
  'build.openshift.io': 'build.openshift.v1',
};

/** A kind of version v1. */
export interface KindName {
  group: string;
  kind: string;
}

/** Component name of a kind's schema. */
export function schemaName({ group, kind }: KindName): string {
  return `${NAMES[GROUPS[group] ?? ''] ?? group}.${kind}`;
}

/** The schema of `autoscaling/v1` Scale. */
export const SCALE_SCHEMA = 'io.k8s.api.autoscaling.v1.Scale';

const scaleSchemas: SchemaLibrary = {
  [SCALE_SCHEMA]: kindSchema(
    {
      description: 'How many replicas an object has and should have.',
      kinds: [{ group: 'autoscaling', version: 'v1', kind: 'Scale' }],
    },
    {
      spec: fieldOf.optionalPart('io.k8s.api.autoscaling.v1.ScaleSpec', 'How many there should be.'),
      status: fieldOf.computed(fieldOf.optionalPart('io.k8s.api.autoscaling.v1.ScaleStatus', 'How many there are.')),
    },
  ),
  'io.k8s.api.autoscaling.v1.ScaleSpec': structSchema('How many replicas there should be.', {
    replicas: fieldOf.number('How many.', 'int32'),
  }),
  'io.k8s.api.autoscaling.v1.ScaleStatus': structSchema(
    'How many replicas there are.',
    {
      replicas: fieldOf.requiredNumber('How many.', 'int32'),
      selector: fieldOf.text('Labels of the pods, as a query.'),
    },
    ['replicas'],
  ),
};

/** The schemas of the given kinds, of their lists and of all they refer to. */
export function workloadSchemas(kinds: readonly KindName[]): SchemaLibrary {
  const structs = messageSchemas({
    tables: { ...kubernetesMessages, ...openshiftMessages },
    names: NAMES,
    traits: workloadTraits,
  });
  // What all services share is published by all in the same words.
  return {
    ...structs,
    ...scaleSchemas,
    ...Object.assign({}, ...kinds.map((kind) => ofKind(kind, structs))),
    ...Object.assign({}, ...REQUESTS.map((kind) => ofRequest(kind, structs))),
    ...coreSchemas,
  };
}

function ofKind({ group, kind }: KindName, structs: SchemaLibrary): SchemaLibrary {
  const name = schemaName({ group, kind });
  const kinds = [{ group, version: 'v1', kind }];
  const { spec, status, template } = structs[name]?.properties ?? {};
  const parts = {
    ...(spec && { spec: always(spec, 'What is wanted.') }),
    ...(status && { status: fieldOf.computed(always(status, 'How it is.')) }),
    ...(template && { template }),
  };
  return {
    [name]: kindSchema({ description: DESCRIPTIONS[kind] ?? kind, kinds }, parts),
    [`${name}List`]: listSchema(`A list of ${kind} objects.`, name, [{ group, version: 'v1', kind: `${kind}List` }]),
  };
}

/** What is asked of an object by POST, and never kept. */
const REQUESTS: readonly KindName[] = [
  { group: 'apps.openshift.io', kind: 'DeploymentRequest' },
  { group: 'apps.openshift.io', kind: 'DeploymentConfigRollback' },
  { group: 'build.openshift.io', kind: 'BuildRequest' },
  { group: 'build.openshift.io', kind: 'BinaryBuildRequestOptions' },
];

function ofRequest({ group, kind }: KindName, structs: SchemaLibrary): SchemaLibrary {
  const name = schemaName({ group, kind });
  const { metadata: _metadata, ...fields } = structs[name]?.properties ?? {};
  const kinds = [{ group, version: 'v1', kind }];
  return { [name]: kindSchema({ description: DESCRIPTIONS[kind] ?? kind, kinds }, fields) };
}

function always(part: Schema, description: string): Schema {
  return { ...part, description, default: {} };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  Pod: 'Containers that run together.',
  PodTemplate: 'What pods look like, kept for use by others.',
  ReplicationController: 'Keeps a number of pods.',
  Deployment: 'Rolls out a pod template and keeps a number of its pods.',
  StatefulSet: 'Keeps a number of pods, each with a name and volumes of its own.',
  DaemonSet: 'Keeps one pod on each node.',
  ReplicaSet: 'Keeps a number of pods.',
  Job: 'Runs pods until enough have succeeded.',
  CronJob: 'Runs jobs by the clock.',
  DeploymentConfig: 'Rolls out a pod template when its configuration or an image changes.',
  BuildConfig: 'How an image is built, and what starts a build.',
  Build: 'One build of an image.',
  DeploymentRequest: 'Asks for a rollout of a deployment config.',
  DeploymentConfigRollback: 'Asks what a deployment config would be if it went back to an earlier rollout.',
  BuildRequest: 'Asks for a build.',
  BinaryBuildRequestOptions: 'Asks for a build of what is sent along.',
};
