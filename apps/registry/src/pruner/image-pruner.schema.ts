import {
  fieldOf,
  kindSchema,
  listSchema,
  metaSchemas,
  type Schema,
  type SchemaLibrary,
  structSchema,
} from '@faktorz/apimachinery';
import { PRUNER_GROUP, PRUNER_VERSION } from './image-pruner.js';

const named = (kind: string) => `com.github.openshift.api.imageregistry.v1.${kind}`;
const kinds = (kind: string) => [{ group: PRUNER_GROUP, version: PRUNER_VERSION, kind }];
const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

export const IMAGE_PRUNER_SCHEMA = named('ImagePruner');

/** A part of Kubernetes' own that is kept as it came. */
const asItCame = (description: string): Schema => ({
  type: 'object',
  description,
  'x-kubernetes-preserve-unknown-fields': true,
});

/** Schemas of image pruners. */
export const imagePrunerSchemas: SchemaLibrary = {
  ...metaSchemas,
  [IMAGE_PRUNER_SCHEMA]: kindSchema(
    { description: 'When images are pruned, and what of them stays.', kinds: kinds('ImagePruner') },
    {
      spec: fieldOf.part(named('ImagePrunerSpec'), 'When images are pruned, and what of them stays.'),
      status: fieldOf.computed(fieldOf.optionalPart(named('ImagePrunerStatus'), 'What came of it.')),
    },
  ),
  [named('ImagePrunerList')]: listSchema('A list of image pruners.', IMAGE_PRUNER_SCHEMA, kinds('ImagePrunerList')),
  [named('ImagePrunerSpec')]: structSchema('When images are pruned, and what of them stays.', {
    schedule: fieldOf.text('Five fields of cron in UTC, or a word such as @daily. Default: 0 0 * * *.'),
    suspend: fieldOf.optionalFlag('True: no further run begins for now.'),
    keepTagRevisions: fieldOf.optionalNumber('Newest entries of each tag that stay. Default: 3.'),
    keepYoungerThan: fieldOf.optionalNumber('The same as keepYoungerThanDuration, in nanoseconds. Deprecated.'),
    keepYoungerThanDuration: fieldOf.text('What is younger stays, such as 90m. Default: 60m.'),
    successfulJobsHistoryLimit: fieldOf.optionalNumber('Outcomes of good runs that are kept. Default: 3.', 'int32'),
    failedJobsHistoryLimit: fieldOf.optionalNumber('Outcomes of failed runs that are kept. Default: 3.', 'int32'),
    ignoreInvalidImageReferences: fieldOf.flag('Go on though some objects name images that cannot be read.'),
    logLevel: fieldOf.text('Normal, or Debug, Trace and TraceAll to log each deletion. Default: Normal.'),
    resources: asItCame('Of no effect: no pod is started.'),
    affinity: asItCame('Of no effect: no pod is started.'),
    nodeSelector: fieldOf.textMap('Of no effect: no pod is started.'),
    tolerations: { type: 'array', description: 'Of no effect: no pod is started.', items: asItCame('A toleration.') },
  }),
  [named('ImagePrunerStatus')]: structSchema('What came of pruning.', {
    observedGeneration: fieldOf.number('Generation of the spec that is followed.'),
    conditions: fieldOf.mergedBy(
      'type',
      fieldOf.listOf(
        named('ImagePrunerCondition'),
        'Available: the schedule is followed. Scheduled: a run will begin. Failed: the last run did.',
      ),
    ),
    nextScheduleTime: fieldOf.optionalPart(TIME, 'When the next run begins.'),
    history: fieldOf.listOf(named('ImagePrunerOutcome'), 'What came of the last runs, newest first.'),
  }),
  [named('ImagePrunerCondition')]: structSchema('One thing that is so, or is not.', {
    type: fieldOf.requiredText('Available, Scheduled or Failed.'),
    status: fieldOf.requiredText('True or False.'),
    reason: fieldOf.requiredText('Why, in a word.'),
    message: fieldOf.requiredText('Why, in a sentence.'),
    lastTransitionTime: fieldOf.optionalPart(TIME, 'Since when the status is what it is.'),
  }),
  [named('ImagePrunerOutcome')]: structSchema('What came of one run.', {
    startTime: fieldOf.optionalPart(TIME, 'When it began.'),
    completionTime: fieldOf.optionalPart(TIME, 'When it ended.'),
    result: fieldOf.requiredText('Succeeded or Failed.'),
    message: fieldOf.requiredText('What it did, in a sentence.'),
    deleted: fieldOf.part(named('ImagePrunerCounts'), 'What it deleted.'),
    failures: fieldOf.texts('What went wrong; the first of it.'),
  }),
  [named('ImagePrunerCounts')]: structSchema('What a run deleted.', {
    images: fieldOf.requiredNumber('Image objects.'),
    items: fieldOf.requiredNumber('Entries of tags.'),
    streams: fieldOf.requiredNumber('Image streams that lost entries.'),
    layerLinks: fieldOf.requiredNumber('Layers that a repository shows no more.'),
    manifestLinks: fieldOf.requiredNumber('Manifests that a repository shows no more.'),
    blobs: fieldOf.requiredNumber('Blobs nothing needs.'),
  }),
};
