import { Injectable } from '@nestjs/common';
import {
  ApiError,
  type ListPage,
  type ListQuery,
  matchesFields,
  matchesLabels,
  notFound,
  type KubeObject,
} from '@faktorz/apimachinery';
import type { StreamName, TagCondition, TagEvent, TagReference } from '@faktorz/domain';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { newHead } from '../image-stream/new-head.js';
import type { StreamHead, StreamRows } from '../image-stream/stream-rows.js';
import { timestamp } from '../image-stream/write-cause.js';
import { ChangeLog } from '@faktorz/persistence';

/** One tag with the stream it belongs to. */
export interface TagView {
  head: StreamHead;
  tag: { tag: string; spec: TagReference | null; conditions: readonly TagCondition[]; newest?: TagEvent };
}

const STREAMS_PER_PAGE = 100;

/** Reads single tags, and walks through the tags of many streams. */
@Injectable()
export class TagViews {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly log: ChangeLog,
  ) {}

  /** Throws `NotFound` under the name of the stream when that is missing, and of the tag when only this is. */
  async find(key: StreamName, tag: string, plural: string): Promise<TagView> {
    const view = await this.stored(key, tag);
    if (!view) throw notFound(plural, IMAGE_GROUP, key.name);
    const { spec, newest, conditions } = view.tag;
    if (!spec && !newest && conditions.length === 0) throw notFound(plural, IMAGE_GROUP, `${key.name}:${tag}`);
    return view;
  }

  /** As `find`, to be written: every stream is there, with every tag, be it empty. */
  async open(key: StreamName, tag: string): Promise<TagView> {
    return (
      (await this.stored(key, tag)) ?? {
        head: newHead(key, timestamp(new Date())),
        tag: { tag, spec: null, conditions: [] },
      }
    );
  }

  private async stored(key: StreamName, tag: string): Promise<TagView | undefined> {
    const head = await this.store.head(key);
    if (!head) return undefined;
    const [state] = await this.store.tags(head.uid, [tag]);
    return { head, tag: { tag, spec: null, ...state, conditions: state?.conditions ?? [] } };
  }

  /**
   * The objects that `project` makes of each stream, streams in order, as one list without pages: like the reference's,
   * lists of virtual resources have no resourceVersion and no continue.
   */
  async list<T extends KubeObject>(query: ListQuery, project: (rows: StreamRows) => T[]): Promise<ListPage<T>> {
    const position = query.at ?? (await this.log.head());
    return { position, items: this.walk(query, position, project), rest: () => ({}) };
  }

  private async *walk<T extends KubeObject>(
    query: ListQuery,
    position: bigint,
    project: (rows: StreamRows) => T[],
  ): AsyncGenerator<T> {
    let after: Required<Pick<StreamHead, 'namespace' | 'name'>> | undefined;
    for (;;) {
      const page = await this.store.page(position, STREAMS_PER_PAGE, after, query.namespace);
      for (const rows of page) {
        if (!matchesLabels(query.labels ?? [], rows.head.labels ?? {})) continue;
        yield* project(rows).filter((object) => matchesFields(query.fields ?? [], object));
      }
      const last = page.at(-1);
      if (!last || page.length < STREAMS_PER_PAGE) return;
      after = { namespace: last.head.namespace, name: last.head.name };
    }
  }
}

/** The namespace that the engine took from the path. */
export function namespaceOf(context: { namespace?: string }): string {
  if (context.namespace === undefined) throw new ApiError('BadRequest', 'namespace is required');
  return context.namespace;
}
