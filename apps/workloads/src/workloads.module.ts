import { MessagingModule, Requests } from '@faktorz/messaging';
import { NAMESPACE_CONTENTS, namespaceProviders } from '@faktorz/namespaces';
import { PersistenceModule } from '@faktorz/persistence';
import { API_RESOURCES, KEY_EXCHANGE, keyExchangeOver } from '@faktorz/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { ApiResources } from './api-resources.js';
import { Builds } from './builds/builds.js';
import { ImageAdmission } from './image-admission/image-admission.js';
import { PullSpecs } from './image-lookup/pull-specs.js';
import { Namespaces1000000000001 } from './migrations/1-namespaces.migration.js';
import { Upkeep1000000000002 } from './migrations/2-upkeep.migration.js';
import { WorkloadsOfNamespace } from './namespace/workloads-of-namespace.js';
import { PodRequests } from './pod/pod.requests.js';
import { Rollbacks } from './rollout/rollbacks.js';
import { RolloutStore } from './rollout/rollout.store.js';
import { Rollouts } from './rollout/rollouts.js';
import { UpkeepStore } from './upkeep/upkeep.store.js';
import { UpkeepWorker } from './upkeep/upkeep.worker.js';
import { WorkloadStorages } from './workload-storages.js';
import type { WorkloadsConfig } from './workloads.config.js';

/** Keeps workloads in place of a cluster. Nothing is scheduled and nothing runs: their status is what clients write. */
@Module({})
export class WorkloadsModule {
  static with(config: WorkloadsConfig): DynamicModule {
    return {
      module: WorkloadsModule,
      imports: [
        PersistenceModule.forService({
          name: 'workloads',
          url: config.FAKTORZ_DATABASE_URL,
          migrations: [Namespaces1000000000001, Upkeep1000000000002],
        }),
        MessagingModule.forService({
          name: 'workloads',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: false,
          consumes: ['auth'],
        }),
      ],
      providers: [
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        ImageAdmission,
        PullSpecs,
        UpkeepStore,
        WorkloadStorages,
        RolloutStore,
        Rollouts,
        Rollbacks,
        Builds,
        UpkeepWorker,
        WorkloadsOfNamespace,
        PodRequests,
        { provide: NAMESPACE_CONTENTS, useExisting: WorkloadsOfNamespace },
        ...namespaceProviders,
        ApiResources,
        {
          provide: API_RESOURCES,
          useFactory: (resources: ApiResources) => resources.definitions(),
          inject: [ApiResources],
        },
      ],
    };
  }
}
