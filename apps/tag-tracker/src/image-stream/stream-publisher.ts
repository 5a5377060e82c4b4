import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  ImagePushed,
  ImportRequested,
  isImageChange,
  pullSpec,
  type RecordedTagEvent,
  StreamDeleted,
  TagDeleted,
  TagUpdated,
  type TagEvent,
  type TagReference,
} from '@faktorz/domain';
import type { ChangeTransaction, LoggedRow } from '@faktorz/persistence';
import { wantedImports } from './wanted-imports.js';
import { ImageStreamStore } from './image-stream.store.js';
import { RepositoryNames } from './repository-names.js';
import type { StreamChange, TagChange } from './stream-change.js';
import type { WriteCause } from './stream-draft.js';
import type { StreamHead } from './stream-rows.js';
import { recordStreamChange } from './stream-writer.js';

/** Writes a stream's change together with the events that tell the other services of it. */
@Injectable()
export class StreamPublisher {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly names: RepositoryNames,
  ) {}

  /**
   * Records the change and its events in the transaction. `before` is the stream as it was, absent when it is new. The
   * row's position, once the transaction has committed, is the stream's resourceVersion.
   */
  async write(tx: ChangeTransaction, change: StreamChange, cause: WriteCause, before?: StreamHead): Promise<LoggedRow> {
    const row = await recordStreamChange(tx, change);
    if (change.type === 'DELETED') {
      const { namespace, name, uid } = change.head;
      tx.publish({
        definition: StreamDeleted,
        subject: `${namespace}/${name}`,
        namespace,
        stream: name,
        data: { namespace, stream: name, uid, by: cause.by },
      });
      return row;
    }
    const tags = [...change.tags, ...(await this.tagsOfMovedRepository(tx, change, before))];
    for (const tag of tags) this.publishTag(tx, change.head, tag, cause, before);
    await this.requestImports(tx, change, cause, before);
    return row;
  }

  /** The tags that are left alone, where the place they may be pulled from is not: nothing else would tell of them. */
  private async tagsOfMovedRepository(
    tx: ChangeTransaction,
    { head, tags: changed }: StreamChange,
    before: StreamHead | undefined,
  ): Promise<TagChange[]> {
    if (!before || this.repository(before) === this.repository(head)) return [];
    const newest = [...(await this.store.histories(head.uid, tx))].flatMap(([tag, [event]]) =>
      event && !changed.some((other) => other.tag === tag) ? [[tag, event] as const] : [],
    );
    const states = await this.store.tags(
      head.uid,
      newest.map(([tag]) => tag),
      tx,
    );
    const specs = new Map(states.map(({ tag, spec }) => [tag, spec]));
    return newest.map(([tag, event]) => ({
      tag,
      end: [],
      insert: [],
      specBefore: specs.get(tag),
      before: event,
      after: event,
    }));
  }

  private publishTag(
    tx: ChangeTransaction,
    head: StreamHead,
    change: TagChange,
    cause: WriteCause,
    headBefore: StreamHead = head,
  ): void {
    const { namespace, name: stream } = head;
    const { tag, before, after } = change;
    const about = { subject: `${namespace}/${stream}:${tag}`, namespace, stream };
    if (change.row === null || (before && !after)) {
      const inSpec = change.row !== null && ({ inSpec: true } as const);
      const data = { namespace, stream, tag, previousImage: previousImage(before), ...inSpec, by: cause.by };
      tx.publish({ definition: TagDeleted, ...about, data });
      return;
    }
    if (!after) return;
    const isMove = isImageChange(before, after);
    const pulledFrom = this.pullSpec(head, specAfter(change), after);
    if (!isMove && pulledFrom === this.pullSpec(headBefore, change.specBefore, before)) return;
    if (isMove && after.record.cause === 'push') {
      tx.publish({
        definition: ImagePushed,
        ...about,
        data: { namespace, stream, tag, image: after.image, by: cause.by },
      });
    }
    tx.publish({
      definition: TagUpdated,
      ...about,
      data: {
        namespace,
        stream,
        tag,
        generation: after.generation,
        image: after.image,
        dockerImageReference: after.dockerImageReference,
        ...(pulledFrom !== after.dockerImageReference && { pullSpec: pulledFrom }),
        previousImage: previousImage(before),
        ...(isMove ? moverOf(after) : { cause: 'tag' as const, by: cause.by, causeId: cause.id }),
      },
    });
  }

  /** Where pods pull the tag's image from. */
  private pullSpec(head: StreamHead, spec: TagReference | null | undefined, newest?: TagEvent): string | undefined {
    return pullSpec(spec ?? undefined, newest, this.repository(head));
  }

  private repository({ namespace, name, repository }: StreamHead): string {
    return this.names.internal(namespace, name, repository);
  }

  private async requestImports(
    tx: ChangeTransaction,
    change: StreamChange,
    cause: WriteCause,
    before?: StreamHead,
  ): Promise<void> {
    const { namespace, name: stream, uid } = change.head;
    const wanted = await wantedImports(change, before, () => this.store.read({ namespace, name: stream }, tx));
    for (const request of wanted) {
      tx.publish({
        definition: ImportRequested,
        subject: `${namespace}/${stream}`,
        namespace,
        stream,
        data: { importId: randomUUID(), namespace, stream, uid, by: cause.by, ...request },
      });
    }
  }
}

function specAfter({ row, specBefore }: TagChange): TagReference | null | undefined {
  return row === undefined ? specBefore : row?.spec;
}

/** Why, by whom and by what the tag was moved. */
function moverOf({
  record: { cause, by, causeId },
}: RecordedTagEvent): Pick<RecordedTagEvent['record'], 'cause' | 'by' | 'causeId'> {
  return { cause, by, causeId };
}

function previousImage(before: TagEvent | undefined): string | undefined {
  return before?.image === '' ? undefined : before?.image;
}
