import { PersistenceModule } from '@faktorz/persistence';
import { type DynamicModule, Module } from '@nestjs/common';
import { RegistryAccess } from '../../src/access/registry-access.js';
import { KnownImages } from '../../src/collection/known-images.js';
import { coreProviders } from '../../src/core.providers.js';
import { PUBLIC_PATHS } from '../../src/door/public-path.js';
import { BlobLimits } from '../../src/limits/blob-limits.js';
import { Blobs1000000000001 } from '../../src/migrations/1-blobs.migration.js';
import { PullThrough } from '../../src/pull-through/pull-through.js';
import type { RegistryConfig } from '../../src/registry.config.js';
import { RepositoryStreams } from '../../src/stream/repository-streams.js';
import { NamedCallers, NoLimits, NothingOutside, RememberedStreams } from './open-neighbours.js';

/** The registry's own part, with neighbours that a test can look into. */
@Module({})
export class CoreModule {
  /** Replicas of one registry share their streams. */
  static with(config: RegistryConfig, callers: NamedCallers, streams: RememberedStreams): DynamicModule {
    return {
      module: CoreModule,
      imports: [
        PersistenceModule.forService({
          name: 'registry',
          url: config.FAKTORZ_DATABASE_URL,
          migrations: [Blobs1000000000001],
          poolSize: 20,
        }),
      ],
      providers: [
        ...coreProviders(config),
        { provide: RegistryAccess, useValue: callers },
        { provide: RepositoryStreams, useValue: streams },
        { provide: KnownImages, useValue: streams },
        { provide: PullThrough, useClass: NothingOutside },
        { provide: BlobLimits, useClass: NoLimits },
        { provide: PUBLIC_PATHS, useValue: [] },
      ],
    };
  }
}
