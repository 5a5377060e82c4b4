import { type KubeObject, nameColumn, type ResourceDefinition, storedResource } from '@faktorz/apimachinery';
import type { DocumentStorage } from '@faktorz/persistence';
import { IMAGE_PRUNERS, type ImagePruner, PRUNER_GROUP, PRUNER_VERSION } from './image-pruner.js';
import { IMAGE_PRUNER_SCHEMA, imagePrunerSchemas } from './image-pruner.schema.js';
import type { ImagePrunerStrategy } from './image-pruner.strategy.js';

const ABOUT = {
  group: PRUNER_GROUP,
  version: PRUNER_VERSION,
  kind: 'ImagePruner',
  plural: IMAGE_PRUNERS,
  namespaced: false,
};

/** `imagepruners.imageregistry.operator.openshift.io`, with the verbs of every stored resource. */
export function imagePrunerResource(
  storage: DocumentStorage<ImagePruner>,
  strategy: ImagePrunerStrategy,
): ResourceDefinition {
  const definition: ResourceDefinition<ImagePruner> = {
    ...ABOUT,
    singular: 'imagepruner',
    stored: true,
    schema: IMAGE_PRUNER_SCHEMA,
    schemas: imagePrunerSchemas,
    columns: [
      nameColumn,
      column('Schedule', 'When runs begin, in UTC.', ({ spec }) => spec.schedule || '0 0 * * *'),
      column('Next', 'When the next run begins.', ({ status }) => status?.nextScheduleTime ?? '<suspended>'),
      column('Last', 'When the last run began.', ({ status }) => status?.history?.[0]?.startTime ?? '<none>'),
      column('Result', 'What came of the last run.', ({ status }) => status?.history?.[0]?.result ?? ''),
      {
        ...column('Message', 'What the last run did.', ({ status }) => status?.history?.[0]?.message ?? ''),
        priority: 1,
      },
    ],
    handlers: storedResource(storage, strategy, ABOUT),
  };
  // The engine has read what it hands over by the schema of this kind.
  return definition as unknown as ResourceDefinition<KubeObject>;
}

function column(name: string, description: string, cell: (pruner: ImagePruner) => string) {
  return { name, type: 'string' as const, description, cell };
}
