import { ApiError } from '@faktorz/apimachinery';
import { FindImage, RemoveImage } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { type ServiceClient, ServiceHttp, ServiceIdentity } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/registry-access.js';
import { serviceRefusal } from '../access/service-refusal.js';
import { OciError } from '../oci/oci-error.js';
import type { RepositoryName } from '../oci/repository-name.js';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { ImagePlaces } from './image-places.js';
import { OwnHosts } from './own-hosts.js';
import { PushRecorder } from './push-recorder.js';
import { pushedImage } from './pushed-image.js';
import { type Page, type PushedManifest, RepositoryStreams } from './repository-streams.js';
import { SharedContent } from './shared-content.js';
import { StreamListing } from './stream-listing.js';
import { TagResolutions } from './tag-resolutions.js';

/** Streams as tag-tracker keeps them. */
@Injectable()
export class TrackedStreams extends RepositoryStreams {
  private readonly tagTracker: ServiceClient;

  constructor(
    private readonly resolutions: TagResolutions,
    private readonly places: ImagePlaces,
    private readonly shared: SharedContent,
    private readonly listing: StreamListing,
    private readonly recorder: PushRecorder,
    private readonly hosts: OwnHosts,
    private readonly requests: Requests,
    private readonly identity: ServiceIdentity,
    http: ServiceHttp,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    super();
    this.tagTracker = http.service('tag-tracker', config.FAKTORZ_TAG_TRACKER_URL);
  }

  async resolveTag(repository: RepositoryName, tag: string): Promise<string | undefined> {
    const { streamExists, image } = await this.resolutions.resolve(repository, tag).catch(serviceRefusal);
    if (!streamExists) throw new OciError('NAME_UNKNOWN', 'repository name not known to registry');
    return image;
  }

  holds(repository: RepositoryName, digest: string): Promise<boolean> {
    return this.shared.holds(repository, digest).catch(serviceRefusal);
  }

  tags(repository: RepositoryName, page: Page): Promise<string[]> {
    return this.listing.tags(repository, page).catch(serviceRefusal);
  }

  catalog(page: Page, caller: Caller): Promise<string[]> {
    return this.listing.repositories(page, caller).catch(serviceRefusal);
  }

  async recordPush(pushed: PushedManifest, caller: Caller): Promise<void> {
    const image = pushedImage(pushed, this.hosts.internal, nowInSeconds());
    await this.recorder.record(pushed.repository, pushed.tags, image, caller);
    if (pushed.tags.length > 0) this.forget(pushed.repository);
  }

  async removeTag({ namespace, stream }: RepositoryName, tag: string, { identity }: Caller): Promise<boolean> {
    const name = encodeURIComponent(`${stream}:${tag}`);
    try {
      await this.tagTracker.json({
        method: 'DELETE',
        path: `/apis/image.openshift.io/v1/namespaces/${encodeURIComponent(namespace)}/imagestreamtags/${name}`,
        signedIdentity: await this.identity.sign(identity, 'tag-tracker'),
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return false;
      return serviceRefusal(error);
    } finally {
      this.forget({ namespace, stream });
    }
  }

  async names(repository: RepositoryName, digest: string): Promise<boolean> {
    const { place } = await this.requests.ask(FindImage, { ...repository, digest }).catch(serviceRefusal);
    return place !== undefined;
  }

  async removeDigest(repository: RepositoryName, digest: string, { identity }: Caller): Promise<boolean> {
    const ask = { ...repository, image: digest, by: identity };
    const { removed } = await this.requests.ask(RemoveImage, ask).catch(serviceRefusal);
    this.forget(repository);
    return removed > 0;
  }

  private forget(repository: RepositoryName): void {
    this.resolutions.forgetStream(repository);
    this.places.forgetStream(repository);
  }
}

/** RFC 3339, UTC, whole seconds, as the image API writes times. */
function nowInSeconds(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
