import { ApiError } from '@faktorz/apimachinery';
import type { NamespaceContents } from '@faktorz/namespaces';
import { serviceUser } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { ImageStreamStorage } from '../image-stream/image-stream.storage.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';

const BATCH = 100;

/** What this service keeps in namespaces: image streams. */
@Injectable()
export class StreamsOfNamespace implements NamespaceContents {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly streams: ImageStreamStorage,
  ) {}

  async empty(namespace: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const names = await this.store.namesIn(namespace, BATCH);
      if (names.length === 0) return;
      for (const name of names) {
        if (signal.aborted) return;
        await this.deleteStream({ namespace, name });
      }
    }
  }

  /** A stream that others change meanwhile is read again; one that is gone is what was wanted. */
  private async deleteStream(key: { namespace: string; name: string }): Promise<void> {
    const head = await this.store.head(key);
    if (!head) return;
    try {
      const context = { user: serviceUser('tag-tracker'), requestId: `namespace-cleanup:${key.namespace}` };
      await this.streams.delete(key, String(head.position), context);
    } catch (error) {
      const isOvertaken = error instanceof ApiError && (error.reason === 'Conflict' || error.reason === 'NotFound');
      if (!isOvertaken) throw error;
    }
  }
}
