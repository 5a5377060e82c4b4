import { Injectable } from '@nestjs/common';
import { ApiError, type ObjectKey } from '@faktorz/apimachinery';
import { assembleStream } from './image-stream.assembly.js';
import type { ImageStream } from './image-stream.js';
import { ImageStreamStore, type VisibleHead } from './image-stream.store.js';
import { RecentVersions, type WeighedVersion } from './recent-versions.js';
import { RepositoryNames } from './repository-names.js';
import type { StreamRows } from './stream-rows.js';

const MOST_NAMES = 10_000;

/** Streams in API shape as of positions, for lists and watches. What it gives is shared: nobody may change it. */
@Injectable()
export class StreamVersions {
  private readonly recent = new RecentVersions<ImageStream>();
  /** Under which version a stream was last read as the newest, by namespace and name. */
  private readonly newestSeen = new Map<string, { version: string; position: bigint }>();

  constructor(
    private readonly store: ImageStreamStore,
    private readonly names: RepositoryNames,
  ) {}

  /** The stream as its change at this position left it; undefined when that is no longer kept. */
  begunAt(uid: string, position: bigint): Promise<ImageStream | undefined> {
    return this.held(`${uid} ${position}`, () => this.readAt(uid, position, position));
  }

  /** The stream as it was before it was deleted at this position, with that position as its version. */
  endedAt(uid: string, position: bigint): Promise<ImageStream | undefined> {
    return this.held(`${uid} ended ${position}`, () => this.readAt(uid, position - 1n, position));
  }

  /** The stream as it was before its change at this position; its version is the position before, perhaps another's. */
  before(uid: string, position: bigint): Promise<ImageStream | undefined> {
    return this.held(`${uid} before ${position}`, () => this.readAt(uid, position - 1n, position - 1n));
  }

  /** The streams of these heads, all visible at one position, in their order. Throws `Expired` when one was trimmed. */
  async ofHeads(heads: readonly VisibleHead[], position: bigint): Promise<ImageStream[]> {
    const held = heads.map(({ uid, version }) => this.recent.get(`${uid} ${version}`));
    const missing = heads.filter((_head, index) => held[index] === undefined).map(({ uid }) => uid);
    const reading = missing.length > 0 ? this.store.readManyAt(missing, position) : Promise.resolve(new Map());
    const streams = await Promise.all(
      heads.map(
        ({ uid, version }, index) =>
          held[index] ??
          this.recent.hold(
            `${uid} ${version}`,
            reading.then((found) => this.weighed(found.get(uid))),
          ),
      ),
    );
    return streams.map((stream) => {
      if (!stream) throw new ApiError('Expired', `too old resource version: ${position}`);
      return stream;
    });
  }

  /** The stream as it is now; one round trip, in which the parts of a version that is held are not read again. */
  async newest(key: Required<ObjectKey>): Promise<ImageStream | undefined> {
    const name = `${key.namespace}/${key.name}`;
    const before = this.newestSeen.get(name);
    const held = before && this.recent.get(before.version);
    const found = await this.store.readUnlessKnown(key, held ? before.position : 0n);
    if (!found) return undefined;
    if (!found.rows) return held;
    const { uid, position } = found.head;
    const version = `${uid} ${position}`;
    if (this.newestSeen.size >= MOST_NAMES) this.newestSeen.clear();
    this.newestSeen.set(name, { version, position });
    return this.recent.get(version) ?? this.recent.hold(version, Promise.resolve(this.weighed(found.rows)));
  }

  private held(
    key: string,
    read: () => Promise<WeighedVersion<ImageStream> | undefined>,
  ): Promise<ImageStream | undefined> {
    return this.recent.get(key) ?? this.recent.hold(key, read());
  }

  private async readAt(
    uid: string,
    position: bigint,
    version: bigint,
  ): Promise<WeighedVersion<ImageStream> | undefined> {
    const rows = await this.store.readAt(uid, position);
    return this.weighed(rows && { ...rows, head: { ...rows.head, position: version } });
  }

  private weighed(rows: StreamRows | undefined): WeighedVersion<ImageStream> | undefined {
    if (!rows) return undefined;
    const stream = assembleStream(rows);
    this.names.decorate(stream);
    return { stream, weight: 1 + rows.tags.length + rows.events.length };
  }
}
