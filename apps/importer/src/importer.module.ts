import { MessagingModule, Requests } from '@faktorz/messaging';
import { PersistenceModule } from '@faktorz/persistence';
import { API_HOOKS, API_RESOURCES, KEY_EXCHANGE, keyExchangeOver } from '@faktorz/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { CheckScheduleStore } from './check-schedule/check-schedule.store.js';
import { CheckWorker } from './check-schedule/check.worker.js';
import { TagLook } from './check-schedule/tag-look.js';
import { RegistryConnections } from './fetch/registry-connections.js';
import { AppliedImport } from './image-stream-import/applied-import.js';
import { imageStreamImportResource } from './image-stream-import/image-stream-import.resource.js';
import { ImportRequestService } from './image-stream-import/import-request.service.js';
import { TrustedImporters } from './image-stream-import/trusted-importers.js';
import { ImportJobStore } from './import-job/import-job.store.js';
import { ImportJobWorker } from './import-job/import-job.worker.js';
import { ImportRequestedHandler } from './import-job/import-requested.handler.js';
import { StreamsRebuildHandler } from './import-job/streams-rebuild.handler.js';
import { ImportResultCleaner } from './import-result/import-result.cleaner.js';
import { ImportResultController } from './import-result/import-result.controller.js';
import { ImportResultStore } from './import-result/import-result.store.js';
import type { ImporterConfig } from './importer.config.js';
import { FETCH_TOOLS, IMPORTER_CONFIG } from './importer.tokens.js';
import { Importer1710000000000 } from './migrations/1-importer.migration.js';
import { RegistryAccounts1720000000000 } from './migrations/2-registry-accounts.migration.js';
import { NamespaceGate } from './namespace/namespace-gate.js';
import { PullSecrets } from '@faktorz/pull-secrets';
import { AccountUpkeep } from './registry-account/account-upkeep.js';
import { RegistryAccountHandlers, registryAccountResource } from './registry-account/registry-account.resource.js';
import { RegistryAccountStore } from './registry-account/registry-account.store.js';
import { RegistryAccounts } from './registry-account/registry-accounts.js';
import { StreamReader } from './stream/stream-reader.js';

/** Imports images from outside registries: on request, in the background and on schedule. */
@Module({})
export class ImporterModule {
  static with(config: ImporterConfig): DynamicModule {
    return {
      module: ImporterModule,
      imports: [
        PersistenceModule.forService({
          name: 'importer',
          url: config.FAKTORZ_DATABASE_URL,
          migrations: [Importer1710000000000, RegistryAccounts1720000000000],
        }),
        MessagingModule.forService({
          name: 'importer',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: true,
          consumes: ['tag-tracker'],
        }),
      ],
      controllers: [ImportResultController],
      providers: [
        { provide: IMPORTER_CONFIG, useValue: config },
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        { provide: FETCH_TOOLS, useClass: RegistryConnections },
        AccountUpkeep,
        AppliedImport,
        CheckScheduleStore,
        CheckWorker,
        ImportJobStore,
        ImportJobWorker,
        ImportRequestedHandler,
        ImportRequestService,
        ImportResultCleaner,
        ImportResultStore,
        NamespaceGate,
        PullSecrets,
        RegistryAccountHandlers,
        RegistryAccountStore,
        RegistryAccounts,
        StreamReader,
        StreamsRebuildHandler,
        TagLook,
        TrustedImporters,
        {
          provide: API_RESOURCES,
          useFactory: (service: ImportRequestService, accounts: RegistryAccountHandlers) => [
            imageStreamImportResource(service),
            registryAccountResource(accounts),
          ],
          inject: [ImportRequestService, RegistryAccountHandlers],
        },
        {
          provide: API_HOOKS,
          useFactory: (gate: NamespaceGate) => ({
            namespaces: { checkNamespace: (namespace: string) => gate.check(namespace) },
          }),
          inject: [NamespaceGate],
        },
      ],
    };
  }
}
