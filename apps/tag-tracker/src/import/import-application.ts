import { Injectable } from '@nestjs/common';
import { notFound, statusOf } from '@faktorz/apimachinery';
import {
  applyImportedItem,
  checkImportGuards,
  type ImportResults,
  ImportStatus,
  resultsInOrder,
  type StreamName,
} from '@faktorz/domain';
import { ImageRepository } from '../image/image-repository.js';
import type { EmbeddedImage } from '../image/image.js';
import { CHECK_ANNOTATION, IMAGE_GROUP } from '../image-stream/image-stream.js';
import type { OpenStream } from '../image-stream/open-stream.js';
import type { WriteCause } from '../image-stream/stream-draft.js';
import { StreamWrites } from '../image-stream/stream-writes.js';
import { LimitExceeded } from '../limits/limit-exceeded.js';
import { AppliedImports } from './applied-imports.js';

/** Applies everything one import found out: images, tags, history, conditions; in one write, once. */
@Injectable()
export class ImportApplication {
  constructor(
    private readonly writes: StreamWrites,
    private readonly images: ImageRepository,
    private readonly applied: AppliedImports,
  ) {}

  /**
   * Throws `Conflict` or `NotFound` when the stream is no longer the one the import was asked for, and `LimitExceeded`,
   * which the tags then tell of too. An import applied before changes nothing.
   */
  async apply(results: ImportResults, cause: WriteCause): Promise<void> {
    const key = { namespace: results.namespace, name: results.stream };
    try {
      await this.applyOnce(key, results, cause);
    } catch (error) {
      if (error instanceof LimitExceeded) await this.recordRefusal(key, results, error, cause);
      if (!(error instanceof AppliedBefore)) throw error;
    }
  }

  private async applyOnce(key: StreamName, results: ImportResults, cause: WriteCause): Promise<void> {
    const mayCreate = !results.background && !results.guards.resourceVersion && !results.guards.uid;
    const images = imagesOf(results);
    const tags = resultsInOrder(results).map(({ tag }) => tag);
    const written = await this.writes.write(key, cause, { mayCreate, tags }, async (stream, tx) => {
      const [isFirst, missing] = await Promise.all([
        this.applied.record(tx, results.importId, key),
        this.images.missingIn(tx, images),
      ]);
      if (!isFirst) throw new AppliedBefore();
      checkImportGuards(
        results,
        stream.before && { uid: stream.before.uid, resourceVersion: String(stream.before.position) },
      );
      await this.images.storeAll(tx, missing, { user: cause.by, requestId: cause.id }, cause.now);
      await applyItems(stream, results, cause);
    });
    if (!written && !results.background) throw notFound('imagestreams', IMAGE_GROUP, results.stream);
  }

  /** Each tag says why it was not imported. Nothing else is kept, not even that the import was applied: doing this again changes nothing. */
  private async recordRefusal(
    key: StreamName,
    results: ImportResults,
    error: LimitExceeded,
    cause: WriteCause,
  ): Promise<void> {
    const refusal = ImportStatus.parse({ ...statusOf(error), metadata: {} });
    const tags = resultsInOrder(results).map(({ tag }) => tag);
    await this.writes.write(key, cause, { mayCreate: false, tags }, (stream) =>
      applyItems(stream, results, cause, refusal),
    );
  }
}

/** Carries the finding out of the transaction, which is rolled back. */
class AppliedBefore extends Error {}

/** With a `refusal` every item counts as failed by it, and no tag is made. */
async function applyItems(
  stream: OpenStream,
  results: ImportResults,
  cause: WriteCause,
  refusal?: ImportStatus,
): Promise<void> {
  const { head, draft } = stream;
  const generation = stream.before?.generation ?? 0;
  const items = resultsInOrder(results);
  await draft.load(items.map(({ tag }) => tag));
  let isSpecChanged = false;
  for (const { tag, from, item, isRepositoryItem } of items) {
    const { spec, newest, conditions } = await draft.tag(tag);
    const outcome = applyImportedItem({
      tag,
      spec: spec ?? undefined,
      newest,
      conditions,
      item: refusal ? { ...item, status: refusal } : item,
      from,
      isRepositoryItem,
      background: results.background,
      streamGeneration: generation,
      now: cause.now,
    });
    if (outcome.spec && (spec || !refusal)) {
      await draft.setSpec(tag, outcome.spec);
      isSpecChanged = true;
    }
    if (outcome.event) await draft.addEvent(tag, outcome.event, 'import');
    if (outcome.conditions) await draft.setConditions(tag, outcome.conditions);
  }
  if (isSpecChanged || !stream.before) head.generation = generation + 1;
  if (draft.changes().length > 0 || !head.annotations?.[CHECK_ANNOTATION]) {
    head.annotations = { ...head.annotations, [CHECK_ANNOTATION]: cause.now };
  }
}

/** Children before the lists that name them. */
function imagesOf({ repository, items }: ImportResults): EmbeddedImage[] {
  const tagged = [...(repository?.items ?? []), ...items.filter((item) => item.to !== undefined)];
  return tagged.flatMap((item) => [...(item.manifests ?? []), ...(item.image ? [item.image] : [])]) as EmbeddedImage[];
}
