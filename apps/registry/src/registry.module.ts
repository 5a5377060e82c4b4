import { AccessModule } from '@faktorz/access';
import { MessagingModule, Requests } from '@faktorz/messaging';
import { PersistenceModule } from '@faktorz/persistence';
import { KEY_EXCHANGE, keyExchangeOver } from '@faktorz/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { coreProviders } from './core.providers.js';
import { neighbourProviders } from './neighbour.providers.js';
import { Blobs1000000000001 } from './migrations/1-blobs.migration.js';
import { PruneSchedule1000000000002 } from './migrations/2-prune-schedule.migration.js';
import { prunerProviders } from './pruner/pruner.providers.js';
import type { RegistryConfig } from './registry.config.js';
import { RepositoryEventsHandler } from './repository/repository-events.handler.js';

/** The integrated registry: the second public door. */
@Module({})
export class RegistryModule {
  static with(config: RegistryConfig): DynamicModule {
    return {
      module: RegistryModule,
      imports: [
        PersistenceModule.forService({
          name: 'registry',
          url: config.FAKTORZ_DATABASE_URL,
          migrations: [Blobs1000000000001, PruneSchedule1000000000002],
          poolSize: 20,
        }),
        MessagingModule.forService({
          name: 'registry',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: false,
          consumes: ['auth', 'tag-tracker'],
        }),
        AccessModule.forDoor({
          audit: {
            file: config.FAKTORZ_REGISTRY_AUDIT_FILE,
            fileMegabytes: config.FAKTORZ_REGISTRY_AUDIT_FILE_MEGABYTES,
          },
        }),
      ],
      providers: [
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        ...coreProviders(config),
        ...neighbourProviders,
        ...prunerProviders,
        RepositoryEventsHandler,
      ],
    };
  }
}
