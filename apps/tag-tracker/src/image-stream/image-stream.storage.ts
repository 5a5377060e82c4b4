import { Inject, Injectable } from '@nestjs/common';
import {
  ApiError,
  type ChangeProgress,
  type ChangesQuery,
  conflict,
  type ListPage,
  type ListQuery,
  matchesFields,
  matchesLabels,
  notFound,
  OBJECT_MODIFIED,
  type ObjectChange,
  type ObjectKey,
  type ResourceStorage,
  type WriteContext,
} from '@faktorz/apimachinery';
import { ChangeFeed, ChangeLog, type ChangeTransaction, isProgress, notReached } from '@faktorz/persistence';
import { StreamLimits } from '../limits/stream-limits.js';
import { assembleStream } from './image-stream.assembly.js';
import { RepositoryNames } from './repository-names.js';
import { IMAGE_GROUP, type ImageStream } from './image-stream.js';
import { ImageStreamStore } from './image-stream.store.js';
import { streamFields } from './selectable-fields.js';
import type { StoredTagEvent } from './stream-change.js';
import { newStream, streamChange } from './stream-diff.js';
import type { StreamRows } from './stream-rows.js';
import { StreamPublisher } from './stream-publisher.js';
import { StreamVersions } from './stream-versions.js';
import { NAMESPACES, type WritableNamespaces } from './writable-namespaces.js';
import { STREAM_RESOURCE } from './stream-writer.js';
import { WriterTurns } from './writer-turns.js';
import { writeCause } from './write-cause.js';

const PAGE_SIZE = 100;

/** Whole image streams, kept as rows per tag and history entry. */
@Injectable()
export class ImageStreamStorage implements ResourceStorage<ImageStream> {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly log: ChangeLog,
    private readonly feed: ChangeFeed,
    private readonly publisher: StreamPublisher,
    private readonly names: RepositoryNames,
    private readonly versions: StreamVersions,
    private readonly turns: WriterTurns,
    private readonly limits: StreamLimits,
    @Inject(NAMESPACES) private readonly namespaces: WritableNamespaces,
  ) {}

  async get(key: ObjectKey): Promise<ImageStream | undefined> {
    const rows = await this.store.read({ namespace: key.namespace ?? '', name: key.name });
    return rows && this.assemble(rows);
  }

  getShared({ namespace = '', name }: ObjectKey): Promise<ImageStream | undefined> {
    return this.versions.newest({ namespace, name });
  }

  async list(query: ListQuery): Promise<ListPage<ImageStream>> {
    const head = await this.log.head();
    const position = query.at ?? head;
    if (position > head) throw notReached(position, head);
    const state: { last?: ObjectKey; more: boolean; remaining?: number } = { more: false };
    return {
      position,
      items: this.pages(query, position, state),
      rest: () => ({
        ...(state.more && state.last && { next: state.last }),
        ...(state.remaining !== undefined && { remaining: state.remaining }),
      }),
    };
  }

  async create(object: ImageStream, context: WriteContext): Promise<ImageStream> {
    const cause = writeCause(context);
    const { namespace = '' } = object.metadata;
    const limits = await this.limits.of(namespace);
    const row = await this.log.transaction(async (tx) => {
      await this.namespaces.holdWritable(tx, namespace);
      const change = newStream(object, cause);
      await this.limits.check(tx, change, limits);
      return this.publisher.write(tx, change, cause);
    });
    return withVersion(object, row.position);
  }

  async update(object: ImageStream, context: WriteContext): Promise<ImageStream> {
    const key = { namespace: object.metadata.namespace, name: object.metadata.name };
    const limits = await this.limits.of(key.namespace ?? '');
    const row = await this.inTurn(key, async (tx) => {
      const stored = await this.locked(tx, key, object.metadata.resourceVersion ?? '');
      const histories = await this.histories(tx, stored);
      const change = streamChange(stored, histories, object, writeCause(context));
      await this.limits.check(tx, change, limits);
      return this.publisher.write(tx, change, writeCause(context), stored.head);
    });
    return withVersion(object, row.position);
  }

  async delete(key: ObjectKey, resourceVersion: string, context: WriteContext): Promise<ImageStream> {
    const { stored, row } = await this.inTurn(key, async (tx) => {
      const stored = await this.locked(tx, key, resourceVersion);
      const change = { type: 'DELETED', head: stored.head, tags: [] } as const;
      return { stored, row: await this.publisher.write(tx, change, writeCause(context), stored.head) };
    });
    return withVersion(this.assemble(stored), row.position);
  }

  async *changes(query: ChangesQuery, signal: AbortSignal): AsyncIterable<ObjectChange<ImageStream> | ChangeProgress> {
    const { after, namespace, name } = query;
    for await (const row of this.feed.follow({ after, resource: STREAM_RESOURCE, namespace, name }, signal)) {
      if (isProgress(row)) {
        yield { type: 'PROGRESS', position: row.progress };
        continue;
      }
      const { position } = row;
      const { type } = row;
      if (type === '') continue;
      const [object, previous] = await Promise.all([
        type === 'DELETED' ? this.versions.endedAt(row.uid, position) : this.versions.begunAt(row.uid, position),
        query.withPrevious && type === 'MODIFIED' ? this.versions.before(row.uid, position) : undefined,
      ]);
      if (!object) throw new ApiError('Expired', `too old resource version: ${position}`);
      yield { type, position, object, ...(previous && { previous }) };
    }
  }

  head(): Promise<bigint> {
    return this.log.head();
  }

  private async *pages(
    query: ListQuery,
    position: bigint,
    state: { last?: ObjectKey; more: boolean; remaining?: number },
  ): AsyncIterable<ImageStream> {
    const hasSelectors = (query.labels?.length ?? 0) > 0 || (query.fields?.length ?? 0) > 0;
    const limit = query.limit ?? Infinity;
    let after = query.after && { namespace: query.after.namespace ?? '', name: query.after.name };
    let given = 0;
    for (;;) {
      const size = hasSelectors ? PAGE_SIZE : Math.min(PAGE_SIZE, limit - given + 1);
      const heads = await this.store.pageOfHeads(position, size, after, query.namespace);
      for (const stream of await this.versions.ofHeads(heads, position)) {
        if (hasSelectors && !isSelected(stream, query)) continue;
        if (given === limit) {
          state.more = true;
          if (!hasSelectors) state.remaining = await this.remaining(query, position, given, state.last!);
          return;
        }
        given += 1;
        state.last = { namespace: stream.metadata.namespace, name: stream.metadata.name };
        yield stream;
      }
      const last = heads.at(-1);
      if (!last || heads.length < size) return;
      after = { namespace: last.namespace, name: last.name };
    }
  }

  private async remaining(query: ListQuery, position: bigint, given: number, last: ObjectKey): Promise<number> {
    const known = (query.remainingAfter ?? 0) - given;
    if (known > 0) return known;
    return this.store.countAfter(position, { namespace: last.namespace ?? '', name: last.name }, query.namespace);
  }

  private inTurn<T>(key: ObjectKey, work: (tx: ChangeTransaction) => Promise<T>): Promise<T> {
    return this.turns.take(key, () => this.log.transaction(work));
  }

  private assemble(rows: StreamRows): ImageStream {
    const stream = assembleStream(rows);
    this.names.decorate(stream);
    return stream;
  }

  /** The stored stream, its row locked until commit, if it still is the version that the writer has seen. */
  private async locked(tx: ChangeTransaction, key: ObjectKey, resourceVersion: string): Promise<StreamRows> {
    const { head } = await this.store.lock(key, tx);
    if (!head) throw notFound('imagestreams', IMAGE_GROUP, key.name);
    if (String(head.position) !== resourceVersion) {
      throw conflict('imagestreams', IMAGE_GROUP, key.name, OBJECT_MODIFIED);
    }
    const rows = await this.store.read({ namespace: head.namespace, name: head.name }, tx);
    if (!rows) throw notFound('imagestreams', IMAGE_GROUP, key.name);
    return rows;
  }

  private async histories(tx: ChangeTransaction, stored: StreamRows): Promise<Map<string, StoredTagEvent[]>> {
    return stored.events.length > 0 ? this.store.histories(stored.head.uid, tx) : new Map();
  }
}

function isSelected(stream: ImageStream, query: ListQuery): boolean {
  return (
    matchesLabels(query.labels ?? [], stream.metadata.labels ?? {}) &&
    matchesFields(query.fields ?? [], stream, streamFields)
  );
}

function withVersion(stream: ImageStream, position: bigint): ImageStream {
  return { ...stream, metadata: { ...stream.metadata, resourceVersion: String(position) } };
}
