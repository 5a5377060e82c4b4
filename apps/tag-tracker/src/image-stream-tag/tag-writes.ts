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
  /** What to do with the spec tag, knowing the one that is there: a new one, `null` to remove it, `undefined` to leave it. */
  change(spec: TagReference | null, stream: OpenStream): TagReference | null | undefined;
  /** Is the stream made when there is none? */
  mayCreateStream: boolean;
  context: RequestContext;
}

/** The tag after a write, and whether it was in the spec before. */
export interface WrittenTag extends TagView {
  wasInSpec: boolean;
}

/** Writes single tags of streams for the resources projected from them. */
@Injectable()
export class TagWrites {
  constructor(
    private readonly writes: StreamWrites,
    private readonly sources: SourceStreams,
    private readonly names: RepositoryNames,
  ) {}

  /** Throws `NotFound` (naming the stream), `Invalid`, `Conflict`, or what `change` throws. */
  async put(write: TagWrite): Promise<WrittenTag> {
    const { key, tag, context, resource } = write;
    const cause = { by: context.identity.user, id: context.requestId, now: timestamp(new Date()) };
    const options = { mayCreate: write.mayCreateStream, dryRun: context.dryRun };
    const written = await this.writes.write(key, cause, options, async (stream) => {
      if (!stream.before) checkNewStream(key);
      const { spec } = await stream.draft.tag(tag);
      const next = write.change(spec, stream);
      if (next !== undefined) await this.writeSpec(stream, write, spec, next, cause.now);
      else if (!stream.before) stream.head.generation = 1;
      return { draft: stream.draft, wasInSpec: spec !== null };
    });
    if (!written) throw notFound(resource.plural, IMAGE_GROUP, key.name);
    const { draft, wasInSpec } = written.result;
    return { head: written.head, wasInSpec, tag: { tag, ...(await draft.tag(tag)) } };
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
      { mayCreate: false, dryRun: context.dryRun },
      async ({ before, head, draft }) => {
        checkUid(key, tag, resource, before!, uid);
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
    { key, tag, resource, context }: TagWrite,
    old: TagReference | null,
    next: TagReference | null,
    now: string,
  ): Promise<void> {
    if (next) {
      const insecureRepository = isInsecureRepository(stream.head.annotations ?? undefined);
      const errors = validateTagReference(next, resource.path, { insecureRepository });
      if (errors.length > 0) throw invalid(resource.kind, IMAGE_GROUP, `${key.name}:${tag}`, errors);
    }
    const { generation, errors } = await writeSpecTags({
      stream: key,
      generation: stream.before?.generation ?? 0,
      pairs: [{ old: old ?? undefined, next: next ?? undefined }],
      otherSpecChanged: false,
      draft: stream.draft,
      sources: this.sources.tagsFor(key, stream.draft),
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

function checkNewStream(key: StreamName): void {
  const errors = validateStreamName(key.name, key.namespace);
  if (errors.length > 0) throw invalid('ImageStream', IMAGE_GROUP, key.name, errors);
}

function checkUid(
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
