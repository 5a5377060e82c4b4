import { ApiError, type ObjectMeta } from '@faktorz/apimachinery';
import type { TagReference, TagStatus } from '@faktorz/domain';
import { IMAGE_API_VERSION } from '@faktorz/image-api';
import { ServiceHttp, type ServiceClient } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { ImporterConfig } from '../importer.config.js';
import { IMPORTER_CONFIG } from '../importer.tokens.js';

/** As much of an image stream as an import looks at. */
export interface ImageStreamView {
  metadata: ObjectMeta;
  spec: { dockerImageRepository?: string; tags?: TagReference[] };
  status?: { tags?: TagStatus[] };
}

const PAGE = 200;
const IMAGE_API = `/apis/${IMAGE_API_VERSION}`;

/** Reads streams and images from tag-tracker, their owner. */
@Injectable()
export class StreamReader {
  private readonly tagTracker: ServiceClient;

  constructor(http: ServiceHttp, @Inject(IMPORTER_CONFIG) config: ImporterConfig) {
    this.tagTracker = http.service('tag-tracker', config.FAKTORZ_TAG_TRACKER_URL);
  }

  /** The stream in its API shape; undefined when there is none. */
  async stream(namespace: string, name: string): Promise<ImageStreamView | undefined> {
    return this.read<ImageStreamView>(
      `${IMAGE_API}/namespaces/${encodeURIComponent(namespace)}/imagestreams/${encodeURIComponent(name)}`,
    );
  }

  /** All streams of all namespaces, page by page. */
  async *all(): AsyncGenerator<ImageStreamView> {
    let next = '';
    do {
      const page = await this.tagTracker.getJson<{ items: ImageStreamView[]; metadata: { continue?: string } }>(
        `${IMAGE_API}/imagestreams?limit=${PAGE}${next && `&continue=${encodeURIComponent(next)}`}`,
      );
      yield* page.items;
      next = page.metadata.continue ?? '';
    } while (next !== '');
  }

  private async read<T>(path: string): Promise<T | undefined> {
    try {
      return await this.tagTracker.getJson<T>(path);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
      throw error;
    }
  }
}
