import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type StatusDetails, type StatusReason } from '@faktorz/apimachinery';
import {
  type AnswerOf,
  ApplyImport,
  type AskOf,
  IdentifyImages,
  type Identity,
  importedDigests,
  type ImportResults,
  MOST_IMAGES_AT_ONCE,
  MOST_TO_SEND_BYTES,
} from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { ServiceAddress } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { resultsUrlOf } from '../import-result/results-url.js';
import { ImportResultStore } from '../import-result/import-result.store.js';
import { StreamReader, type ImageStreamView } from '../stream/stream-reader.js';

/** The stream after an import, and what the stored images know of themselves. */
export interface StreamAfterImport {
  stream: ImageStreamView;
  /** By digest. */
  images: ReadonlyMap<string, ImageIdentity>;
}

type ImageIdentity = AnswerOf<typeof IdentifyImages>['images'][number];

/** A little more than a write waits for its turn: no answer by then means that who was asked is gone, and another is asked. */
const APPLY_TIMEOUT_MS = 12_000;
const APPLY_ATTEMPTS = 6;

/** Has tag-tracker apply results that a client waits for. */
@Injectable()
export class AppliedImport {
  constructor(
    private readonly results: ImportResultStore,
    private readonly requests: Requests,
    private readonly streams: StreamReader,
    private readonly address: ServiceAddress,
  ) {}

  /**
   * Has the results applied in one write, and tells what is there then. Throws tag-tracker's refusal. Once
   * the client has gone (`signal`) nothing is asked again: it may have sent another import since, which a late one
   * would undo.
   */
  async apply(found: ImportResults, by: Identity, signal: AbortSignal): Promise<StreamAfterImport> {
    const { importId, namespace, stream } = found;
    const results = await this.handedOver(found);
    const after = await this.applyOnce({ importId, namespace, stream, by, results }, found.guards, signal);
    return after
      ? { stream: after.stream as unknown as ImageStreamView, images: byName(after.images) }
      : this.read(found);
  }

  /** The results themselves, or where tag-tracker reads them, if they are too large to travel with the question. */
  private async handedOver(found: ImportResults): Promise<AskOf<typeof ApplyImport>['results']> {
    if (Buffer.byteLength(JSON.stringify(found)) <= MOST_TO_SEND_BYTES) return found;
    await this.results.keep(found);
    return { readFrom: resultsUrlOf(this.address, found.importId) };
  }

  /**
   * A stream that somebody else makes or changes at the same moment is tried again, unless the client insists on a
   * version; so is what failed on the way, since one import is never applied twice.
   */
  private async applyOnce(
    ask: AskOf<typeof ApplyImport>,
    guards: ImportResults['guards'],
    signal: AbortSignal,
  ): Promise<AnswerOf<typeof ApplyImport>['after']> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.answerOf(ask);
      if (!(answer instanceof ApiError)) return answer.after;
      const refused = answer;
      const isRace = refused.reason === 'AlreadyExists' || refused.reason === 'Conflict';
      const mayPass = refused.reason === 'ServiceUnavailable' || (isRace && !guards.resourceVersion && !guards.uid);
      if (!mayPass || attempt === APPLY_ATTEMPTS || signal.aborted) throw refused;
      await sleep(Math.random() * 10 * 2 ** attempt);
    }
  }

  private async answerOf(ask: AskOf<typeof ApplyImport>): Promise<AnswerOf<typeof ApplyImport> | ApiError> {
    try {
      const answer = await this.requests.ask(ApplyImport, ask, { timeoutMs: APPLY_TIMEOUT_MS });
      return answer.failure ? refusal(answer.failure) : answer;
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'ServiceUnavailable') return error;
      throw error;
    }
  }

  /** What is too large to come with the answer. */
  private async read(found: ImportResults): Promise<StreamAfterImport> {
    const { namespace, stream: name } = found;
    const [stream, images] = await Promise.all([
      this.streams.stream(namespace, name),
      this.storedImages(importedDigests(found)),
    ]);
    if (!stream) throw new ApiError('NotFound', `the image stream ${namespace}/${name} was deleted during the import`);
    return { stream, images };
  }

  private async storedImages(digests: readonly string[]): Promise<StreamAfterImport['images']> {
    const found: ImageIdentity[] = [];
    for (let from = 0; from < digests.length; from += MOST_IMAGES_AT_ONCE) {
      const ask = { digests: digests.slice(from, from + MOST_IMAGES_AT_ONCE) };
      found.push(...(await this.requests.ask(IdentifyImages, ask)).images);
    }
    return byName(found);
  }
}

function byName(images: readonly ImageIdentity[]): StreamAfterImport['images'] {
  return new Map(images.map((image) => [image.name, image]));
}

function refusal(failure: Record<string, unknown>): ApiError {
  const { reason, message, details, code } = failure as {
    reason?: StatusReason;
    message?: string;
    details?: StatusDetails;
    code?: number;
  };
  return new ApiError(reason, message ?? 'the import was refused', details, code === undefined ? undefined : { code });
}
