import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import type { ImageLimits, StreamName } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { StreamLimits } from '../limits/stream-limits.js';
import { canonicalJson } from './canonical-json.js';
import { ImageStreamStore, type LockedStream } from './image-stream.store.js';
import { newHead } from './new-head.js';
import type { OpenStream } from './open-stream.js';
import { StreamDraft, type TagSource, type WriteCause } from './stream-draft.js';
import { StreamPublisher } from './stream-publisher.js';
import type { StreamHead } from './stream-rows.js';
import { StreamNameTaken } from './stream-writer.js';
import { NAMESPACES, type WritableNamespaces } from './writable-namespaces.js';
import { WriterTurns } from './writer-turns.js';

export interface WriteOptions {
  /** Tags the write is about: they are read in the round trip that locks the stream. */
  tags?: readonly string[];
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
    private readonly turns: WriterTurns,
    private readonly limits: StreamLimits,
    @Inject(NAMESPACES) private readonly namespaces: WritableNamespaces,
  ) {}

  /**
   * Opens the stream, lets `work` change its head and its draft, moves the tags that follow, and writes what differs with
   * its events. Errors of `work` roll everything back. `work` may run again after a serialization failure, and when
   * several make the same stream at once: all but the first then write to the one there is. Throws `LimitExceeded` where
   * the namespace does not allow what would be there afterwards.
   */
  async write<T>(
    key: StreamName,
    cause: WriteCause,
    options: WriteOptions,
    work: (stream: OpenStream, tx: ChangeTransaction) => Promise<T>,
  ): Promise<Written<T> | undefined> {
    const limits = await this.limits.of(key.namespace);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.turns.take(key, () => this.writeOnce(key, cause, { ...options, limits }, work));
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        if (error instanceof NamespaceNotHeld) await this.namespaces.assertWritable(key.namespace);
        else if (!(error instanceof StreamNameTaken)) throw error;
      }
    }
  }

  private async writeOnce<T>(
    key: StreamName,
    cause: WriteCause,
    options: WriteOptions & { limits: ImageLimits },
    work: (stream: OpenStream, tx: ChangeTransaction) => Promise<T>,
  ): Promise<Written<T> | undefined> {
    try {
      const outcome = await this.log.transaction(async (tx) => {
        const locked = await this.store.lock(key, tx, options.tags);
        const before = locked.head;
        if (!before && !options.mayCreate) return undefined;
        if (!before) await this.holdNamespace(tx, key.namespace);
        const stream = this.open(key, locked, cause, tx);
        const result = await work(stream, tx);
        await stream.draft.follow();
        const tags = stream.draft.changes();
        const changed = !before || tags.length > 0 || !sameHead(before, stream.head);
        const change = { type: before ? 'MODIFIED' : 'ADDED', head: stream.head, tags } as const;
        if (changed) await this.limits.check(tx, change, options.limits);
        if (options.dryRun) throw new DryRunEnds({ result, head: stream.head, changed });
        const row = changed ? await this.publisher.write(tx, change, cause, before) : undefined;
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

  /** A namespace not heard of has to be asked for, which nobody may do while holding a connection. */
  private async holdNamespace(tx: ChangeTransaction, namespace: string): Promise<void> {
    try {
      await this.namespaces.holdWritable(tx, namespace);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') throw new NamespaceNotHeld(error);
      throw error;
    }
  }

  private open(key: StreamName, locked: LockedStream, cause: WriteCause, tx: ChangeTransaction): OpenStream {
    const before = locked.head;
    const head = before ? { ...before } : newHead(key, cause.now);
    const draft = new StreamDraft(key, this.source(head.uid, locked, tx), cause);
    return { before, head, draft };
  }

  private source(uid: string, { tags, followers }: LockedStream, tx: ChangeTransaction): TagSource {
    const known = new Map(tags.map((tag) => [tag.tag, tag]));
    return {
      tags: async (names) => {
        const unread = names.filter((name) => !followers.has(name));
        const found = unread.length > 0 ? await this.store.tags(uid, unread, tx) : [];
        return [...names.flatMap((name) => known.get(name) ?? []), ...found];
      },
      followersOf: async (tag) => followers.get(tag) ?? this.store.followersOf(uid, tag, tx),
    };
  }
}

/** The namespace is missing, or not heard of yet. */
class NamespaceNotHeld extends ApiError {
  constructor({ reason, message, details }: ApiError) {
    super(reason, message, details);
  }
}

/** Carries a dry run's outcome out of the transaction that it rolls back. */
class DryRunEnds extends Error {
  constructor(readonly written: Written<unknown>) {
    super('dry run');
  }
}

function sameHead(a: StreamHead, b: StreamHead): boolean {
  return canonicalJson({ ...a, position: null }) === canonicalJson({ ...b, position: null });
}
