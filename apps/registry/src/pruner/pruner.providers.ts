import { ChangeFeed, ChangeLog, DocumentStorage } from '@faktorz/persistence';
import { API_RESOURCES } from '@faktorz/service-kit';
import type { Provider } from '@nestjs/common';
import { IMAGE_PRUNERS, type ImagePruner, PRUNER_API_VERSION, PRUNER_GROUP } from './image-pruner.js';
import { imagePrunerResource } from './image-pruner.resource.js';
import { ImagePrunerStrategy } from './image-pruner.strategy.js';
import { NeighbourPruneApi } from './neighbour-prune-api.js';
import { OwnStorage } from './own-storage.js';
import { PruneRunner } from './prune-run.js';
import { keepScheduleUp, PruneScheduleStore } from './prune-schedule.store.js';
import { PruneWorker } from './prune.worker.js';
import { CLOCK, PRUNER_STORAGE } from './pruner.tokens.js';

export function prunerStorage(log: ChangeLog, feed: ChangeFeed): DocumentStorage<ImagePruner> {
  return new DocumentStorage<ImagePruner>(log, feed, {
    resource: `${IMAGE_PRUNERS}.${PRUNER_GROUP}`,
    apiVersion: PRUNER_API_VERSION,
    kind: 'ImagePruner',
    alongside: keepScheduleUp,
  });
}

/** Pruning on schedule, and the API that sets the schedule. */
export const prunerProviders: Provider[] = [
  { provide: CLOCK, useValue: () => new Date() },
  { provide: PRUNER_STORAGE, useFactory: prunerStorage, inject: [ChangeLog, ChangeFeed] },
  ImagePrunerStrategy,
  {
    provide: API_RESOURCES,
    useFactory: (storage: DocumentStorage<ImagePruner>, strategy: ImagePrunerStrategy) => [
      imagePrunerResource(storage, strategy),
    ],
    inject: [PRUNER_STORAGE, ImagePrunerStrategy],
  },
  PruneScheduleStore,
  NeighbourPruneApi,
  OwnStorage,
  PruneRunner,
  PruneWorker,
];
