import type { Provider } from '@nestjs/common';
import { BlobEndpoint } from './blob/blob-endpoint.js';
import { BlobIntake } from './blob/blob-intake.js';
import { BlobStore } from './blob/blob.store.js';
import { VisibleBlobs } from './blob/visible-blobs.js';
import { CollectionWorker } from './collection/collection.worker.js';
import { PrunedLinks } from './collection/pruned-links.js';
import { StrayFiles } from './collection/stray-files.js';
import { UnneededContent } from './collection/unneeded-content.js';
import { UnneededLinks } from './collection/unneeded-links.js';
import { RegistryDoor } from './door/registry-door.js';
import { RequestHandler } from './door/request-handler.js';
import { CatalogEndpoint } from './listing/catalog-endpoint.js';
import { TagsEndpoint } from './listing/tags-endpoint.js';
import { ManifestEndpoint } from './manifest/manifest-endpoint.js';
import { ManifestPushes } from './manifest/manifest-push.js';
import { ManifestStore } from './manifest/manifest.store.js';
import { ReferrersEndpoint } from './manifest/referrers-endpoint.js';
import { VisibleManifests } from './manifest/visible-manifests.js';
import { RegistryMetrics } from './metrics/registry-metrics.js';
import { PruneEndpoint } from './prune/prune-endpoint.js';
import type { RegistryConfig } from './registry.config.js';
import { REGISTRY_CONFIG } from './registry.tokens.js';
import { BlobStorage } from './storage/blob-storage.js';
import { FileStorage } from './storage/file-storage.js';
import { MeasuredStorage } from './storage/measured-storage.js';
import { AbandonedUploadsWorker } from './upload/abandoned-uploads.worker.js';
import { BlobMount } from './upload/blob-mount.js';
import { UploadEndpoint } from './upload/upload-endpoint.js';
import { UploadStore } from './upload/upload.store.js';
import { Uploads } from './upload/uploads.js';

/**
 * The registry as the OCI specification has it. It needs to be told who may do what (`RegistryAccess`), what tags stand
 * for (`RepositoryStreams`), where else content may be (`PullThrough`), and how large blobs may be (`BlobLimits`).
 */
export function coreProviders(config: RegistryConfig): Provider[] {
  return [
    { provide: REGISTRY_CONFIG, useValue: config },
    RegistryMetrics,
    {
      provide: BlobStorage,
      useFactory: async (metrics: RegistryMetrics) =>
        new MeasuredStorage(await FileStorage.at(config.FAKTORZ_REGISTRY_STORAGE_DIRECTORY), metrics),
      inject: [RegistryMetrics],
    },
    BlobStore,
    BlobIntake,
    VisibleBlobs,
    BlobEndpoint,
    UploadStore,
    Uploads,
    BlobMount,
    UploadEndpoint,
    AbandonedUploadsWorker,
    ManifestStore,
    VisibleManifests,
    ManifestPushes,
    ManifestEndpoint,
    ReferrersEndpoint,
    TagsEndpoint,
    CatalogEndpoint,
    PrunedLinks,
    StrayFiles,
    UnneededContent,
    UnneededLinks,
    CollectionWorker,
    PruneEndpoint,
    RequestHandler,
    RegistryDoor,
  ];
}
