import type { Schema, SchemaLibrary } from '../schema.js';
import { metaSchemas, shardedListMeta } from './meta-schemas.js';
import { fieldOf, kindSchema, listSchema, structSchema } from './schema-fields.js';

const core = (name: string) => `io.k8s.api.core.v1.${name}`;
const meta = (name: string) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
const kinds = (kind: string) => [{ group: '', kind, version: 'v1' }];
const time = (description: string): Schema => fieldOf.optionalPart(meta('Time'), description);

const objectReference: Schema = {
  ...structSchema('Names an object, or a part of one.', {
    apiVersion: fieldOf.text('Its API version.'),
    fieldPath: fieldOf.text('The part meant.'),
    kind: fieldOf.text('Its kind.'),
    name: fieldOf.text('Its name.'),
    namespace: fieldOf.text('Its namespace.'),
    resourceVersion: fieldOf.text('The version meant.'),
    uid: fieldOf.text('Its identity.'),
  }),
  'x-kubernetes-map-type': 'atomic',
};

const localObjectReference: Schema = {
  ...structSchema('Names an object of the same namespace.', {
    name: { type: 'string', description: 'Its name.', default: '' },
  }),
  'x-kubernetes-map-type': 'atomic',
};

/** References to objects, which schemas of other groups use. */
export const referenceSchemas: SchemaLibrary = {
  [core('LocalObjectReference')]: localObjectReference,
  [core('ObjectReference')]: objectReference,
};

const namespaceSchemas: SchemaLibrary = {
  [core('Namespace')]: kindSchema(
    { description: 'A scope for names, and for who may do what.', kinds: kinds('Namespace') },
    {
      spec: fieldOf.part(core('NamespaceSpec'), 'Wanted state.'),
      status: fieldOf.computed(fieldOf.part(core('NamespaceStatus'), 'Present state.')),
    },
  ),
  [core('NamespaceCondition')]: structSchema(
    'A condition of a namespace.',
    {
      lastTransitionTime: time('When the status changed.'),
      message: fieldOf.text('In words.'),
      reason: fieldOf.text('In one word.'),
      status: fieldOf.requiredText('True, False or Unknown.'),
      type: fieldOf.requiredText('Which condition.'),
    },
    ['type', 'status'],
  ),
  [core('NamespaceList')]: listSchema('Namespaces.', core('Namespace'), kinds('NamespaceList')),
  [core('NamespaceSpec')]: structSchema('Wanted state of a namespace.', {
    finalizers: {
      ...fieldOf.texts('Who has to clean up before the namespace goes.'),
      'x-kubernetes-list-type': 'atomic',
    },
  }),
  [core('NamespaceStatus')]: structSchema('Present state of a namespace.', {
    conditions: {
      ...fieldOf.mergedBy('type', fieldOf.listOf(core('NamespaceCondition'), 'What holds the deletion up.')),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
    phase: fieldOf.text('Active or Terminating.'),
  }),
};

const dataSchemas: SchemaLibrary = {
  [core('ConfigMap')]: kindSchema(
    { description: 'Settings for workloads.', kinds: kinds('ConfigMap') },
    {
      binaryData: fieldOf.bytesMap('Binary values, base64.'),
      data: fieldOf.textMap('Texts.'),
      immutable: fieldOf.optionalFlag('May only the metadata change?'),
    },
  ),
  [core('ConfigMapList')]: listSchema('Config maps.', core('ConfigMap'), kinds('ConfigMapList')),
  [core('Secret')]: kindSchema(
    { description: 'Credentials.', kinds: kinds('Secret') },
    {
      data: fieldOf.bytesMap('Values, base64.'),
      immutable: fieldOf.optionalFlag('May only the metadata change?'),
      stringData: fieldOf.textMap('Values as text; only written, merged into data.'),
      type: fieldOf.text('What the values mean.'),
    },
  ),
  [core('SecretList')]: listSchema('Secrets.', core('Secret'), kinds('SecretList')),
  [core('ServiceAccount')]: kindSchema(
    { description: 'An identity for workloads.', kinds: kinds('ServiceAccount') },
    {
      automountServiceAccountToken: fieldOf.optionalFlag('Do pods get its token?'),
      imagePullSecrets: {
        ...fieldOf.listOf(core('LocalObjectReference'), 'Secrets that pods pull images with.'),
        'x-kubernetes-list-type': 'atomic',
      },
      secrets: {
        ...fieldOf.mergedBy('name', fieldOf.listOf(core('ObjectReference'), 'Secrets its pods may use.')),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
  ),
  [core('ServiceAccountList')]: listSchema('Service accounts.', core('ServiceAccount'), kinds('ServiceAccountList')),
};

const eventSchemas: SchemaLibrary = {
  [core('Event')]: kindSchema(
    {
      description: 'Something that happened to an object.',
      kinds: kinds('Event'),
      required: ['metadata', 'involvedObject'],
    },
    {
      action: fieldOf.text('What was done.'),
      count: fieldOf.number('How often it happened.', 'int32'),
      eventTime: fieldOf.orNull(fieldOf.optionalPart(meta('MicroTime'), 'When it was first seen.')),
      firstTimestamp: fieldOf.orNull(time('When it happened first.')),
      involvedObject: fieldOf.part(core('ObjectReference'), 'The object.'),
      lastTimestamp: fieldOf.orNull(time('When it happened last.')),
      message: fieldOf.text('In words.'),
      reason: fieldOf.text('In one word.'),
      related: fieldOf.optionalPart(core('ObjectReference'), 'A second object.'),
      reportingComponent: fieldOf.requiredText('Controller that reports it.'),
      reportingInstance: fieldOf.requiredText('Instance that reports it.'),
      series: fieldOf.optionalPart(core('EventSeries'), 'Repetitions.'),
      source: fieldOf.part(core('EventSource'), 'Who reports it.'),
      type: fieldOf.text('Normal or Warning.'),
    },
  ),
  [core('EventList')]: listSchema('Events.', core('Event'), kinds('EventList')),
  [core('EventSeries')]: structSchema('Repetitions of an event.', {
    count: fieldOf.number('How many.', 'int32'),
    lastObservedTime: fieldOf.optionalPart(meta('MicroTime'), 'The last one.'),
  }),
  [core('EventSource')]: structSchema('Who reports an event.', {
    component: fieldOf.text('Component.'),
    host: fieldOf.text('Machine.'),
  }),
};

/** Schemas of the core kinds this system serves, and of all they refer to, by their Kubernetes component names. */
export const coreSchemas: SchemaLibrary = {
  ...metaSchemas,
  ...shardedListMeta,
  ...referenceSchemas,
  ...namespaceSchemas,
  ...dataSchemas,
  ...eventSchemas,
};
