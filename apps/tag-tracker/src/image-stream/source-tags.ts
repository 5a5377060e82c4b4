import { Injectable } from '@nestjs/common';
import { type Identity, ReviewAccess, type SourceTags, type StreamName } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import type { SqlRunner } from '@faktorz/persistence';
import { IMAGE_GROUP } from './image-stream.js';
import { ImageStreamStore } from './image-stream.store.js';
import type { SourceAccess } from './spec-tags.js';
import type { StreamDraft } from './stream-draft.js';

/** Reads the tags and images that spec tags point at, and asks whether the writer may. */
@Injectable()
export class SourceStreams implements SourceAccess {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly requests: Requests,
  ) {}

  /**
   * Sources as seen by a write of `stream`: of the stream itself what the draft says, of others what is stored. A write
   * that is in a transaction reads in that: whoever holds a connection and waits for a second one may wait for ever.
   */
  tagsFor(stream: StreamName, draft: StreamDraft, write?: { uid: string; tx: SqlRunner }): SourceTags {
    const on = write?.tx;
    const isOwn = (source: StreamName) => source.namespace === stream.namespace && source.name === stream.name;
    return {
      streamExists: async (source) => isOwn(source) || (await this.store.head(source, on)) !== undefined,
      newestEvent: async (source, tag) => {
        if (isOwn(source)) return (await draft.tag(tag)).newest;
        const head = await this.store.head(source, on);
        const [found] = head ? await this.store.tags(head.uid, [tag], on) : [];
        return found?.newest;
      },
      eventsByImagePrefix: async (source, prefix) => {
        if (write && isOwn(source)) return this.store.eventsByImagePrefix(write.uid, prefix, on);
        const head = await this.store.head(source, on);
        return head ? this.store.eventsByImagePrefix(head.uid, prefix, on) : [];
      },
    };
  }

  review(
    identity: Identity,
    source: StreamName,
  ): Promise<{ allowed: boolean; reason: string; evaluationError?: string }> {
    return this.requests.ask(ReviewAccess, {
      identity,
      attributes: {
        verb: 'get',
        group: IMAGE_GROUP,
        resource: 'imagestreams',
        subresource: 'layers',
        namespace: source.namespace,
        name: source.name,
        path: undefined,
      },
    });
  }
}
