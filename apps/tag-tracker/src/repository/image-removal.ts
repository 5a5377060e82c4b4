import { randomUUID } from 'node:crypto';
import type { Identity, StreamName } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { StreamWrites } from '../image-stream/stream-writes.js';
import { timestamp } from '../image-stream/write-cause.js';

/** Takes an image out of a stream's histories, as deleting its manifest from the registry asks for. */
@Injectable()
export class ImageRemoval {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly writes: StreamWrites,
  ) {}

  /** How many entries were removed. Tags that showed the image show what they showed before; without any, they are gone. */
  async remove(key: StreamName, image: string, by: Identity): Promise<number> {
    const cause = { by: by.user, id: randomUUID(), now: timestamp(new Date()) };
    const written = await this.writes.write(key, cause, { mayCreate: false }, async ({ head, draft }, tx) => {
      let removed = 0;
      for (const tag of await this.store.tagsNaming(head.uid, image, tx)) {
        const history = await this.store.history(head.uid, tag, tx);
        const named = history.filter((entry) => entry.image === image);
        await draft.dropEntries(
          tag,
          named,
          history.find((entry) => entry.image !== image),
        );
        removed += named.length;
      }
      return removed;
    });
    return written?.result ?? 0;
  }
}
