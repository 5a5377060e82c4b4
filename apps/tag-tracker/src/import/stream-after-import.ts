import { Injectable } from '@nestjs/common';
import {
  type AnswerOf,
  type ApplyImport,
  type ImportResults,
  importedDigests,
  MOST_IMAGES_AT_ONCE,
  MOST_TO_SEND_BYTES,
} from '@faktorz/domain';
import { StreamVersions } from '../image-stream/stream-versions.js';
import { ImageRepository } from '../image/image-repository.js';

/** What importer shows the client of an import that was applied. */
@Injectable()
export class StreamAfterImport {
  constructor(
    private readonly streams: StreamVersions,
    private readonly images: ImageRepository,
  ) {}

  /** Undefined when it is too large to be sent along, and when the stream is gone again. */
  async read(results: ImportResults): Promise<AnswerOf<typeof ApplyImport>['after']> {
    const digests = importedDigests(results);
    if (digests.length > MOST_IMAGES_AT_ONCE) return undefined;
    const [stream, images] = await Promise.all([
      this.streams.newest({ namespace: results.namespace, name: results.stream }),
      this.images.identities(digests),
    ]);
    if (!stream) return undefined;
    const after = { stream: { ...stream }, images };
    return Buffer.byteLength(JSON.stringify(after)) <= MOST_TO_SEND_BYTES ? after : undefined;
  }
}
