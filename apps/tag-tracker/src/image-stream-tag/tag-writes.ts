import { Injectable } from '@nestjs/common';
import { alreadyExists, conflict, invalid, notFound, type RequestContext } from '@faktorz/apimachinery';
import {
  isInsecureRepository,
  resolutionFailure,
  type StreamName,
  type TagReference,
  validateStreamName,
  validateTagReference,
} from '@faktorz/domain';
import type { ChangeTransaction } from '@faktorz/persistence';
import { ImageRepository } from '../image/image-repository.js';
import type { Image } from '../image/image.js';
import { AllowedRegistries } from '../image-stream/allowed-registries.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import type { OpenStream } from '../image-stream/open-stream.js';
import { RepositoryNames } from '../image-stream/repository-names.js';
import { SourceStreams } from '../image-stream/source-tags.js';
import { writeSpecTags } from '../image-stream/spec-tags.js';
import type { StreamHead } from '../image-stream/stream-rows.js';
import { StreamWrites } from '../image-stream/stream-writes.js';
import { timestamp } from '../image-stream/write-cause.js';
import type { TagView } from './tag-views.js';

/** Which virtual resource a tag is written through, for its errors. */
export interface TagResource {
  plural: 'imagestreamtags' | 'imagetags';
  kind: 'ImageStreamTag' | 'ImageTag';
  /** Where the spec tag stands in it: `tag` or `spec`. */
  path: string;
}

export interface TagWrite {
  key: StreamName;
  tag: string;
  resource: TagResource;
  /** What to do with the spec tag, knowing the tag as it is: a new one, `null` to remove it, `undefined` to leave it. */
  change(
    spec: TagReference | null,
    stream: OpenStream,
    tag: Omit<TagView['tag'], 'tag'>,
  ): TagReference | null | undefined;
  /** Is the stream made when there is none? */
  mayCreateStream: boolean;
  /** Is the image wanted that the tag then points at? */
  withImage?: boolean;
  context: RequestContext;
}

/** The tag after a write, and whether it was in the spec before. */
export interface WrittenTag extends TagView {
  wasInSpec: boolean;
  image?: Image;
}

/** Writes single tags of streams for the resources projected from them. */
@Injectable()
export class TagWrites {
  constructor(
    private readonly writes: StreamWrites,
    private readonly sources: SourceStreams,
    private readonly names: RepositoryNames,
    private readonly images: ImageRepository,
    private readonly registries: AllowedRegistries,
  ) {}

  /** Throws `NotFound` (of a stream that is missing and may not be made), `Invalid`, `Conflict`, or what `change` throws. */
  async put(write: TagWrite): Promise<WrittenTag> {
    const { key, tag, context, resource } = write;
    const cause = { by: context.identity.user, id: context.requestId, now: timestamp(new Date()) };
    const options = { tags: [tag], mayCreate: write.mayCreateStream, dryRun: context.dryRun };
    const written = await this.writes.write(key, cause, options, async (stream, tx) => {
      if (!stream.before) checkNewStream(key);
      const state = await stream.draft.tag(tag);
      const { spec } = state;
      const next = write.change(spec, stream, state);
      if (next !== undefined) await this.writeSpec(stream, tx, write, spec, next, cause.now);
      else if (!stream.before) stream.head.generation = 1;
      const image = write.withImage ? this.imageIn(tx, (await stream.draft.tag(tag)).newest?.image) : undefined;
      return { draft: stream.draft, wasInSpec: spec !== null, image };
    });
    if (!written) throw notFound(resource.plural, IMAGE_GROUP, `${key.name}:${tag}`);
    const { draft, wasInSpec, image } = written.result;
    return { head: written.head, wasInSpec, tag: { tag, ...(await draft.tag(tag)) }, image: await image };
  }

  /** Not waited for in the transaction: it is read on the way to the commit. */
  private imageIn(tx: ChangeTransaction, digest: string | undefined): Promise<Image | undefined> | undefined {
    if (!digest) return undefined;
    const image = this.images.findIn(tx, digest);
    image.catch(() => undefined); // the transaction fails with it
    return image;
  }

  /** Removes a tag with its history. Throws `NotFound`, and `Conflict` where the stream's uid is not the expected one. */
  async remove(
    key: StreamName,
    tag: string,
    resource: TagResource,
    uid: string | undefined,
    context: RequestContext,
  ): Promise<void> {
    const cause = { by: context.identity.user, id: context.requestId, now: timestamp(new Date()) };
    const written = await this.writes.write(
      key,
      cause,
      { tags: [tag], mayCreate: false, dryRun: context.dryRun },
      async ({ before, head, draft }) => {
        if (uid !== undefined && uid !== before!.uid) {
          throw conflict(resource.plural, IMAGE_GROUP, `${key.name}:${tag}`, 'the UID precondition was not met');
        }
        const { spec, newest, conditions } = await draft.tag(tag);
        if (!spec && !newest && conditions.length === 0)
          throw notFound(resource.plural, IMAGE_GROUP, `${key.name}:${tag}`);
        if (spec) head.generation += 1;
        await draft.remove(tag);
      },
    );
    if (!written) throw notFound(resource.plural, IMAGE_GROUP, key.name);
  }

  private async writeSpec(
    stream: OpenStream,
    tx: ChangeTransaction,
    { key, tag, resource, context }: TagWrite,
    old: TagReference | null,
    next: TagReference | null,
    now: string,
  ): Promise<void> {
    if (next) {
      const insecureRepository = isInsecureRepository(stream.head.annotations ?? undefined);
      const registryRefusal = this.registries.checkBeside(old ? { tags: [old] } : undefined);
      const errors = validateTagReference(next, resource.path, { insecureRepository, registryRefusal });
      if (errors.length > 0) throw invalid(resource.kind, IMAGE_GROUP, `${key.name}:${tag}`, errors);
    }
    const { generation, errors } = await writeSpecTags({
      stream: key,
      generation: stream.before?.generation ?? 0,
      pairs: [{ old: old ?? undefined, next: next ?? undefined }],
      otherSpecChanged: false,
      draft: stream.draft,
      sources: this.sources.tagsFor(key, stream.draft, { uid: stream.head.uid, tx }),
      access: this.sources,
      identity: context.identity,
      internalRegistry: this.names.hosts.internal,
      now,
    });
    if (errors.length > 0) throw invalid('ImageStream', IMAGE_GROUP, key.name, resolutionFailure(key.name, errors));
    stream.head.generation = generation;
  }
}

/** 409 for a tag that is in the spec already; the reference names the resource in the singular. */
export function tagExists(singular: string, key: StreamName, tag: string): Error {
  return alreadyExists(singular, IMAGE_GROUP, `${key.name}:${tag}`);
}

/** Throws `Conflict` where the stream has another version than the one that is sent with the tag; none and `0` stand for any. */
export function checkVersion(
  { plural }: TagResource,
  key: StreamName,
  tag: string,
  sent: string | undefined,
  before: StreamHead | undefined,
): void {
  if (!before || !hasVersion(sent) || sent === String(before.position)) return;
  throw conflict(
    plural,
    IMAGE_GROUP,
    `${key.name}:${tag}`,
    `another caller has updated the resource version to ${before.position}`,
  );
}

/** Does it say which version is meant? */
export function hasVersion(resourceVersion: string | undefined): boolean {
  return Boolean(resourceVersion) && resourceVersion !== '0';
}

function checkNewStream(key: StreamName): void {
  const errors = validateStreamName(key.name, key.namespace);
  if (errors.length > 0) throw invalid('ImageStream', IMAGE_GROUP, key.name, errors);
}

/** Throws `Conflict` where the stream's uid is not the expected one. */
export function checkUid(
  key: StreamName,
  tag: string,
  resource: TagResource,
  head: StreamHead,
  uid: string | undefined,
): void {
  if (uid === undefined || uid === head.uid) return;
  throw conflict(
    resource.plural,
    IMAGE_GROUP,
    `${key.name}:${tag}`,
    `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${head.uid}`,
  );
}
