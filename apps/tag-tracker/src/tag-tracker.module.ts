import { type DynamicModule, Module } from '@nestjs/common';
import { KEY_EXCHANGE, keyExchangeOver, API_RESOURCES } from '@faktorz/service-kit';
import { MessagingModule, Requests } from '@faktorz/messaging';
import { NAMESPACE_CONTENTS, NamespaceGate, NamespaceLimits, namespaceProviders } from '@faktorz/namespaces';
import { ChangeFeed, ChangeLog, PersistenceModule } from '@faktorz/persistence';
import { ApiResources } from './api-resources.js';
import { IMAGE_STORAGE, ImageRepository } from './image/image-repository.js';
import { imageStorage } from './image/image-storage.js';
import { ImageStrategy } from './image/image.strategy.js';
import { ImageSignatureHandlers } from './image-signature/image-signature.resource.js';
import { ImageStreamStorage } from './image-stream/image-stream.storage.js';
import { ImageStreamStore } from './image-stream/image-stream.store.js';
import { AllowedRegistries } from './image-stream/allowed-registries.js';
import { ImageStreamStatusStrategy, ImageStreamStrategy } from './image-stream/image-stream.strategy.js';
import { ImageStreamLayersHandlers, ImageStreamSecretsHandlers } from './image-stream/image-stream-parts.resource.js';
import { RepositoryNames } from './image-stream/repository-names.js';
import { SourceStreams } from './image-stream/source-tags.js';
import { StreamPublisher } from './image-stream/stream-publisher.js';
import { StreamVersions } from './image-stream/stream-versions.js';
import { STREAM_VERSION_TABLES } from './image-stream/stream-rows.js';
import { StreamWrites } from './image-stream/stream-writes.js';
import { WriterTurns } from './image-stream/writer-turns.js';
import { NAMESPACES } from './image-stream/writable-namespaces.js';
import { ImageStreamImageHandlers } from './image-stream-image/image-stream-image.resource.js';
import { ImageStreamMappingHandlers } from './image-stream-mapping/image-stream-mapping.resource.js';
import { ImageStreamTagHandlers } from './image-stream-tag/image-stream-tag.resource.js';
import { TagViews } from './image-stream-tag/tag-views.js';
import { TagWrites } from './image-stream-tag/tag-writes.js';
import { IdentifyImagesAnswer } from './image/identify-images.answer.js';
import { ResolveImagesAnswer } from './image-stream-tag/resolve-images.answer.js';
import { ReviewImagesAnswer } from './image-stream-tag/review-images.answer.js';
import { ImageTagHandlers } from './image-tag/image-tag.resource.js';
import { AppliedImports } from './import/applied-imports.js';
import { ApplyImportAnswer } from './import/apply-import.answer.js';
import { FinishedImportHandler } from './import/finished-import.handler.js';
import { FinishedImportWorker } from './import/finished-import.worker.js';
import { ImportApplication } from './import/import-application.js';
import { StreamAfterImport } from './import/stream-after-import.js';
import { ImportResultsReader } from './import/import-results.reader.js';
import { ImagePushController } from './image-push/image-push.controller.js';
import { ImagePushes } from './image-push/image-pushes.js';
import { StreamLimits } from './limits/stream-limits.js';
import { StreamUsageStore } from './limits/stream-usage.store.js';
import { ImageStreams1000000000001 } from './migrations/1-image-streams.migration.js';
import { Repositories1000000000002 } from './migrations/2-repositories.migration.js';
import { ListChildren2000000000003 } from './migrations/3-list-children.migration.js';
import { StreamsOfNamespace } from './namespace/streams-of-namespace.js';
import { ImageRemoval } from './repository/image-removal.js';
import { RepositoryAnswers } from './repository/repository.answers.js';
import { RepositoryStore } from './repository/repository.store.js';
import type { TagTrackerConfig } from './tag-tracker.config.js';

/** Owner of image streams, tags, tag history and images. */
@Module({})
export class TagTrackerModule {
  static with(config: TagTrackerConfig): DynamicModule {
    return {
      module: TagTrackerModule,
      imports: [
        PersistenceModule.forService({
          name: 'tag-tracker',
          url: config.FAKTORZ_DATABASE_URL,
          migrations: [ImageStreams1000000000001, Repositories1000000000002, ListChildren2000000000003],
        }),
        MessagingModule.forService({
          name: 'tag-tracker',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: true,
          consumes: ['auth', 'importer'],
        }),
      ],
      controllers: [ImagePushController],
      providers: [
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        {
          provide: RepositoryNames,
          useValue: new RepositoryNames({
            internal: config.FAKTORZ_REGISTRY_INTERNAL_HOST,
            public: config.FAKTORZ_REGISTRY_PUBLIC_HOST,
          }),
        },
        {
          provide: AllowedRegistries,
          useValue: new AllowedRegistries(
            config.FAKTORZ_REGISTRY_POLICY_FILE.allowing(config.FAKTORZ_REGISTRY_INTERNAL_HOST),
          ),
        },
        {
          provide: IMAGE_STORAGE,
          useFactory: (log: ChangeLog, feed: ChangeFeed) => {
            for (const table of STREAM_VERSION_TABLES) log.trimsWithLog(table);
            return imageStorage(log, feed);
          },
          inject: [ChangeLog, ChangeFeed],
        },
        ImageRepository,
        ImageStrategy,
        ImageSignatureHandlers,
        ImageStreamStore,
        ImageStreamStorage,
        ImageStreamStrategy,
        ImageStreamStatusStrategy,
        ImageStreamLayersHandlers,
        ImageStreamSecretsHandlers,
        SourceStreams,
        StreamPublisher,
        StreamVersions,
        StreamWrites,
        WriterTurns,
        NamespaceLimits,
        StreamLimits,
        StreamUsageStore,
        { provide: NAMESPACES, useExisting: NamespaceGate },
        ImageStreamImageHandlers,
        ImagePushes,
        ImageStreamMappingHandlers,
        ImageStreamTagHandlers,
        TagViews,
        TagWrites,
        ResolveImagesAnswer,
        IdentifyImagesAnswer,
        ReviewImagesAnswer,
        RepositoryStore,
        RepositoryAnswers,
        ImageRemoval,
        ImageTagHandlers,
        AppliedImports,
        ApplyImportAnswer,
        FinishedImportHandler,
        FinishedImportWorker,
        ImportApplication,
        ImportResultsReader,
        StreamAfterImport,
        StreamsOfNamespace,
        { provide: NAMESPACE_CONTENTS, useExisting: StreamsOfNamespace },
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
