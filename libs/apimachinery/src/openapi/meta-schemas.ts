import type { Schema, SchemaLibrary } from '../schema.js';
import { fieldOf, structSchema } from './schema-fields.js';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const meta = (name: string) => `${META}.${name}`;
const time = (description: string): Schema => fieldOf.optionalPart(meta('Time'), description);

const typeFields = {
  apiVersion: fieldOf.text('Group and version of the API this object is written in.'),
  kind: fieldOf.text('Which kind of object this is.'),
};

const ownerReferences: Schema = {
  ...fieldOf.mergedBy('uid', fieldOf.listOf(meta('OwnerReference'), 'Objects this one belongs to.')),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['uid'],
};

const finalizers: Schema = {
  ...fieldOf.texts('Who still has to clean up before the object goes.'),
  'x-kubernetes-list-type': 'set',
  'x-kubernetes-patch-strategy': 'merge',
};

const objectMeta = structSchema('What every stored object has.', {
  annotations: fieldOf.textMap('Free-form notes of tools and people; nothing is selected by them.'),
  creationTimestamp: time('When the server made the object.'),
  deletionGracePeriodSeconds: fieldOf.optionalNumber('Seconds the object is given to end by itself.'),
  deletionTimestamp: time('When the deletion was asked for; set while finalizers remain.'),
  finalizers,
  generateName: fieldOf.text('Prefix of a name the server completes.'),
  generation: fieldOf.number('Counts changes of the desired state.'),
  labels: fieldOf.textMap('Keys and values to select objects by.'),
  managedFields: fieldOf.listOf(meta('ManagedFieldsEntry'), 'Who set which fields.'),
  name: fieldOf.text('Name, unique among objects of the kind in a namespace.'),
  namespace: fieldOf.text('Namespace the object lives in.'),
  ownerReferences,
  resourceVersion: fieldOf.text('Version of the stored object; opaque to clients.'),
  selfLink: fieldOf.text('Deprecated; never set.'),
  uid: fieldOf.text('Identity of the object for all time.'),
});

const listMetaFields = {
  continue: fieldOf.text('Where the next page begins.'),
  remainingItemCount: fieldOf.optionalNumber('How many objects follow this page.'),
  resourceVersion: fieldOf.text('Version the list shows.'),
  selfLink: fieldOf.text('Deprecated; never set.'),
};

const status: Schema = {
  ...structSchema('Outcome of a call that returns no object.', {
    ...typeFields,
    code: fieldOf.number('HTTP code.', 'int32'),
    details: fieldOf.optionalPart(meta('StatusDetails'), 'What the outcome is about.'),
    message: fieldOf.text('The outcome in words.'),
    metadata: fieldOf.part(meta('ListMeta'), 'Always empty.'),
    reason: fieldOf.text('The outcome in one word.'),
    status: fieldOf.text('Success or Failure.'),
  }),
  'x-kubernetes-group-version-kind': [{ group: '', kind: 'Status', version: 'v1' }],
};

const deleteOptions = structSchema('How an object is deleted.', {
  ...typeFields,
  dryRun: { ...fieldOf.texts('All: check, but do not delete.'), 'x-kubernetes-list-type': 'atomic' },
  gracePeriodSeconds: fieldOf.optionalNumber('Seconds to end gracefully; zero at once.'),
  ignoreStoreReadErrorWithClusterBreakingPotential: fieldOf.optionalFlag('Not supported here.'),
  orphanDependents: fieldOf.optionalFlag('Deprecated: use propagationPolicy.'),
  preconditions: fieldOf.optionalPart(meta('Preconditions'), 'Delete only the object meant.'),
  propagationPolicy: fieldOf.text('What becomes of dependents: Orphan, Background or Foreground.'),
});

const labelSelector: Schema = {
  ...structSchema('Selects objects by labels; all requirements have to hold.', {
    matchExpressions: {
      ...fieldOf.listOf(meta('LabelSelectorRequirement'), 'Requirements.'),
      'x-kubernetes-list-type': 'atomic',
    },
    matchLabels: fieldOf.textMap('Labels with the value each has to have.'),
  }),
  'x-kubernetes-map-type': 'atomic',
};

const watchEvent = structSchema(
  'One change seen by a watch.',
  {
    object: fieldOf.optionalPart(
      'io.k8s.apimachinery.pkg.runtime.RawExtension',
      'The object, or the Status of an error.',
    ),
    type: fieldOf.requiredText('ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.'),
  },
  ['type', 'object'],
);

/** Schemas of `meta/v1` and of the types every API shares, by their Kubernetes component names. */
export const metaSchemas: SchemaLibrary = {
  [meta('DeleteOptions')]: deleteOptions,
  [meta('FieldsV1')]: { type: 'object', description: 'A set of fields, as a tree.' },
  [meta('LabelSelector')]: labelSelector,
  [meta('LabelSelectorRequirement')]: structSchema(
    'One requirement of a selector.',
    {
      key: fieldOf.requiredText('Label key.'),
      operator: fieldOf.requiredText('In, NotIn, Exists or DoesNotExist.'),
      values: { ...fieldOf.texts('Values for In and NotIn.'), 'x-kubernetes-list-type': 'atomic' },
    },
    ['key', 'operator'],
  ),
  [meta('ListMeta')]: structSchema('What every list has.', listMetaFields),
  [meta('ManagedFieldsEntry')]: structSchema('The fields one manager set.', {
    apiVersion: fieldOf.text('Version the fields are named in.'),
    fieldsType: fieldOf.text('FieldsV1.'),
    fieldsV1: fieldOf.optionalPart(meta('FieldsV1'), 'The fields.'),
    manager: fieldOf.text('Who set them.'),
    operation: fieldOf.text('Apply or Update.'),
    subresource: fieldOf.text('Through which subresource.'),
    time: time('When the entry changed last.'),
  }),
  [meta('MicroTime')]: { type: 'string', format: 'date-time', description: 'RFC 3339 time with microseconds.' },
  [meta('ObjectMeta')]: objectMeta,
  [meta('OwnerReference')]: {
    ...structSchema(
      'An object another one belongs to.',
      {
        apiVersion: fieldOf.requiredText('API version of the owner.'),
        blockOwnerDeletion: fieldOf.optionalFlag('Keep the owner until this object is gone.'),
        controller: fieldOf.optionalFlag('Does the owner manage this object?'),
        kind: fieldOf.requiredText('Kind of the owner.'),
        name: fieldOf.requiredText('Name of the owner.'),
        uid: fieldOf.requiredText('Identity of the owner.'),
      },
      ['apiVersion', 'kind', 'name', 'uid'],
    ),
    'x-kubernetes-map-type': 'atomic',
  },
  [meta('Patch')]: { type: 'object', description: 'A change to an object, in one of the patch notations.' },
  [meta('Preconditions')]: structSchema('What has to hold before an object is deleted.', {
    resourceVersion: fieldOf.text('Version it has to have.'),
    uid: fieldOf.text('Identity it has to have.'),
  }),
  [meta('Status')]: status,
  [meta('StatusCause')]: structSchema('One reason of a failure.', {
    field: fieldOf.text('Field it is about.'),
    message: fieldOf.text('In words.'),
    reason: fieldOf.text('In one word.'),
  }),
  [meta('StatusDetails')]: structSchema('What a status is about.', {
    causes: { ...fieldOf.listOf(meta('StatusCause'), 'The reasons.'), 'x-kubernetes-list-type': 'atomic' },
    group: fieldOf.text('API group.'),
    kind: fieldOf.text('Resource or kind.'),
    name: fieldOf.text('Name of the object.'),
    retryAfterSeconds: fieldOf.number('When to try again.', 'int32'),
    uid: fieldOf.text('Identity of the object.'),
  }),
  [meta('Time')]: { type: 'string', format: 'date-time', description: 'RFC 3339 time.' },
  [meta('WatchEvent')]: watchEvent,
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    type: 'string',
    description: 'A number with a unit, such as 500m or 1Gi.',
  },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object', description: 'An object of any kind.' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    description: 'A number or a text.',
    format: 'int-or-string',
    'x-kubernetes-int-or-string': true,
  },
};

/** `ListMeta` as newer Kubernetes has it, for the APIs of Kubernetes itself. */
export const shardedListMeta: SchemaLibrary = {
  [meta('ListMeta')]: structSchema('What every list has.', {
    ...listMetaFields,
    shardInfo: fieldOf.optionalPart(meta('ShardInfo'), 'Which part of the objects the list shows.'),
  }),
  [meta('ShardInfo')]: structSchema(
    'A part of the objects of a resource.',
    { selector: fieldOf.requiredText('Which part.') },
    ['selector'],
  ),
};
