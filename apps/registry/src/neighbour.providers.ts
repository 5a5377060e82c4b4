import { NamespaceLimits } from '@faktorz/namespaces';
import { PullSecrets } from '@faktorz/pull-secrets';
import type { Provider } from '@nestjs/common';
import { AccessAudit } from './access/access-audit.js';
import { CallerReviews } from './access/caller-reviews.js';
import { FailedCredentials } from './access/failed-credentials.js';
import { RegistryAccess } from './access/registry-access.js';
import { ReviewedAccess } from './access/reviewed-access.js';
import { TokenEndpoint } from './access/token-endpoint.js';
import { KnownImages } from './collection/known-images.js';
import { PUBLIC_PATHS, type PublicPath } from './door/public-path.js';
import { BlobLimits } from './limits/blob-limits.js';
import { NamespaceBlobLimits } from './limits/namespace-blob-limits.js';
import { BlobDownloads } from './pull-through/blob-downloads.js';
import { BlobSources } from './pull-through/blob-sources.js';
import { MirrorExpiry } from './pull-through/mirror-expiry.js';
import { PullThrough } from './pull-through/pull-through.js';
import { SourcedPullThrough } from './pull-through/sourced-pull-through.js';
import { Upstreams } from './pull-through/upstreams.js';
import { SignatureEndpoint } from './signature/signature-endpoint.js';
import { ImagePlaces } from './stream/image-places.js';
import { OwnHosts } from './stream/own-hosts.js';
import { PushRecorder } from './stream/push-recorder.js';
import { RepositoryStreams } from './stream/repository-streams.js';
import { SharedContent } from './stream/shared-content.js';
import { StreamListing } from './stream/stream-listing.js';
import { TagResolutions } from './stream/tag-resolutions.js';
import { TrackedImages } from './stream/tracked-images.js';
import { TrackedStreams } from './stream/tracked-streams.js';

/** What the registry asks of FaktorZ's other services and of outside registries. */
export const neighbourProviders: Provider[] = [
  FailedCredentials,
  CallerReviews,
  AccessAudit,
  { provide: RegistryAccess, useClass: ReviewedAccess },
  TokenEndpoint,
  SignatureEndpoint,
  {
    provide: PUBLIC_PATHS,
    useFactory: (...paths: PublicPath[]) => paths,
    inject: [TokenEndpoint, SignatureEndpoint],
  },
  { provide: KnownImages, useClass: TrackedImages },
  OwnHosts,
  ImagePlaces,
  TagResolutions,
  StreamListing,
  PushRecorder,
  { provide: RepositoryStreams, useClass: TrackedStreams },
  SharedContent,
  NamespaceLimits,
  { provide: BlobLimits, useClass: NamespaceBlobLimits },
  PullSecrets,
  Upstreams,
  BlobSources,
  BlobDownloads,
  { provide: PullThrough, useClass: SourcedPullThrough },
  MirrorExpiry,
];
