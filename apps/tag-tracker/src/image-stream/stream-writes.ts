import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { StreamName } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { canonicalJson } from './canonical-json.js';
import { ImageStreamStore } from './image-stream.store.js';
import type { OpenStream } from './open-stream.js';
import { StreamDraft, type WriteCause } from './stream-draft.js';
import { StreamPublisher } from './stream-publisher.js';
import type { StreamHead } from './stream-rows.js';
import { StreamNameTaken } from './stream-writer.js';
import { NAMESPACES, type WritableNamespaces } from './writable-namespaces.js';

export interface WriteOptions {
  /** Make the stream when it is missing; otherwise `work` is not called and `undefined` comes back. */
  mayCreate: boolean;
  /** Do everything, then roll back. */
  dryRun?: boolean;
}

/** A stream may be made and deleted again just when somebody writes to it; not for ever. */
const ATTEMPTS = 5;

/** What a write leaves. */
export interface Written<T> {
  result: T;
  /** The stream after the write, with its resourceVersion. */
  head: StreamHead;
  /** False when nothing differed and nothing was written. */
  changed: boolean;
}

/** Writes to a few tags of a stream, at a cost that does not depend on how many tags it has. */
@Injectable()
export class StreamWrites {
  constructor(
    private readonly log: ChangeLog,
    private readonly store: ImageStreamStore,
    private readonly publisher: StreamPublisher,
    @Inject(NAMESPACES) private readonly namespaces: WritableNamespaces,
  ) {}

  /**
   * Opens the stream, lets `work` change its head and its draft, moves the tags that follow, and writes what differs with
   * its events. Errors of `work` roll everything back. `work` may run again after a serialization failure, and when
   * several make the same stream at once: all but the first then write to the one there is.
   */
  async write<T>(
    key: StreamName,
    cause: WriteCause,
    options: WriteOptions,
    work: (stream: OpenStream, tx: ChangeTransaction) => Promise<T>,
  ): Promise<Written<T> | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.writeOnce(key, cause, options, work);
      } catch (error) {
        if (!(error instanceof StreamNameTaken) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async writeOnce<T>(
    key: StreamName,
    cause: WriteCause,
    options: WriteOptions,
    work: (stream: OpenStream, tx: ChangeTransaction) => Promise<T>,
  ): Promise<Written<T> | undefined> {
    try {
      const outcome = await this.log.transaction(async (tx) => {
        const before = await this.store.lock(key, tx);
        if (!before && !options.mayCreate) return undefined;
        if (!before) await this.holdNamespace(tx, key.namespace);
        const stream = this.open(key, before, cause, tx);
        const result = await work(stream, tx);
        await stream.draft.follow();
        const tags = stream.draft.changes();
        const changed = !before || tags.length > 0 || !sameHead(before, stream.head);
        if (options.dryRun) throw new DryRunEnds({ result, head: stream.head, changed });
        const type = before ? 'MODIFIED' : 'ADDED';
        const row = changed
          ? await this.publisher.write(tx, { type, head: stream.head, tags }, cause, before)
          : undefined;
        return { result, head: stream.head, changed, row };
      });
      if (!outcome) return undefined;
      const { result, head, changed, row } = outcome;
      return { result, changed, head: row ? { ...head, position: row.position } : head };
    } catch (error) {
      if (error instanceof DryRunEnds) return error.written as Written<T>;
      throw error;
    }
  }

  private async holdNamespace(tx: ChangeTransaction, namespace: string): Promise<void> {
    await this.namespaces.assertWritable(namespace);
    await this.namespaces.holdWritable(tx, namespace);
  }

  private open(key: StreamName, before: StreamHead | undefined, cause: WriteCause, tx: ChangeTransaction): OpenStream {
    const head = before ? { ...before } : newHead(key, cause.now);
    const draft = new StreamDraft(key, this.source(head.uid, tx), cause);
    return { before, head, draft };
  }

  private source(uid: string, tx: ChangeTransaction): ConstructorParameters<typeof StreamDraft>[1] {
    const followers = new Map<string, Promise<string[]>>();
    const followersOf = (tag: string): Promise<string[]> => {
      const known = followers.get(tag) ?? this.store.followersOf(uid, tag, tx);
      followers.set(tag, known);
      return known;
    };
    return {
      tags: (names) => {
        const found = this.store.tags(uid, names, tx);
        // Of a single tag, which most likely moves, they are asked for in the same round trip.
        if (names.length === 1) followersOf(names[0]!).catch(() => undefined);
        return found;
      },
      followersOf,
      firstSeen: (tag, image) => this.store.firstSeen(uid, tag, image, tx),
    };
  }
}

/** Carries a dry run's outcome out of the transaction that it rolls back. */
class DryRunEnds extends Error {
  constructor(readonly written: Written<unknown>) {
    super('dry run');
  }
}

function newHead({ namespace, name }: StreamName, now: string): StreamHead {
  return {
    uid: randomUUID(),
    namespace,
    name,
    position: 0n,
    generation: 0,
    labels: null,
    annotations: null,
    metadata: { creationTimestamp: now },
    localLookup: false,
    repository: null,
  };
}

function sameHead(a: StreamHead, b: StreamHead): boolean {
  return canonicalJson({ ...a, position: null }) === canonicalJson({ ...b, position: null });
}
