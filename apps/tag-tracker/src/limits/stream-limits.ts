import {
  type Image,
  type ImageLimits,
  imageSize,
  imageSizeProblem,
  streamImagesProblem,
  type StreamName,
  streamQuotaProblem,
  streamTagsProblem,
} from '@faktorz/domain';
import { NamespaceLimits } from '@faktorz/namespaces';
import type { ChangeTransaction } from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { StreamChange } from '../image-stream/stream-change.js';
import { LimitExceeded } from './limit-exceeded.js';
import { referenceChange } from './reference-change.js';
import { StreamUsageStore } from './stream-usage.store.js';

/** Keeps streams within what limit ranges and quotas of their namespace allow (contract: registry, §7). */
@Injectable()
export class StreamLimits {
  constructor(
    @Inject(NamespaceLimits) private readonly namespaces: Pick<NamespaceLimits, 'of'>,
    private readonly usage: StreamUsageStore,
  ) {}

  /** The limits to check a write against, asked for before its transaction begins. */
  of(namespace: string): Promise<ImageLimits> {
    return this.namespaces.of(namespace);
  }

  /** Throws `LimitExceeded` when the change, not yet written, adds more than is allowed. Without limits nothing is counted. */
  async check(tx: ChangeTransaction, change: StreamChange, limits: ImageLimits): Promise<void> {
    const problem =
      (await this.quotaProblem(tx, change, limits)) ??
      (await this.tagsProblem(tx, change, limits)) ??
      (await this.imagesProblem(tx, change, limits));
    if (problem !== undefined) throw new LimitExceeded('imagestreams', change.head.name, problem);
  }

  /** Throws `LimitExceeded` for an image that is larger than one may be. */
  async checkImage({ namespace, name }: StreamName, image: Image): Promise<void> {
    const problem = imageSizeProblem(imageSize(image), await this.of(namespace));
    if (problem !== undefined) throw new LimitExceeded('imagestreammappings', name, problem);
  }

  private async quotaProblem(
    tx: ChangeTransaction,
    { type, head }: StreamChange,
    limits: ImageLimits,
  ): Promise<string | undefined> {
    if (type !== 'ADDED' || !limits.streams) return undefined;
    const { count, isThere } = await this.usage.streamsBeside(tx, head);
    // Somebody has made it meanwhile: writing it will say so.
    return isThere ? undefined : streamQuotaProblem(count, limits);
  }

  private async tagsProblem(
    tx: ChangeTransaction,
    change: StreamChange,
    limits: ImageLimits,
  ): Promise<string | undefined> {
    if (limits.streamTags === undefined) return undefined;
    const references = referenceChange(change);
    if (references.sources.length === 0) return undefined;
    return streamTagsProblem(await this.usage.sources(tx, change.head, references), limits);
  }

  private async imagesProblem(
    tx: ChangeTransaction,
    change: StreamChange,
    limits: ImageLimits,
  ): Promise<string | undefined> {
    if (limits.streamImages === undefined) return undefined;
    const references = referenceChange(change);
    if (references.images.length === 0) return undefined;
    return streamImagesProblem(await this.usage.images(tx, change.head, references), limits);
  }
}
