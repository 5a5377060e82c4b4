import { Injectable } from '@nestjs/common';
import {
  type DeleteOptions,
  type HandlerAnswer,
  invalid,
  type ListPage,
  type ListQuery,
  notFound,
  type RequestContext,
  type ResourceHandlers,
} from '@faktorz/apimachinery';
import {
  defaultTagReference,
  parseImageStreamTagName,
  type StreamName,
  type TagEvent,
  type TagReference,
} from '@faktorz/domain';
import { ImageRepository } from '../image/image-repository.js';
import { namespaceOf, TagViews } from '../image-stream-tag/tag-views.js';
import { checkVersion, tagExists, type TagResource, TagWrites } from '../image-stream-tag/tag-writes.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import type { OpenStream } from '../image-stream/open-stream.js';
import type { StreamRows } from '../image-stream/stream-rows.js';
import { imageTag, type ImageTag } from './image-tag.js';

const RESOURCE: TagResource = { plural: 'imagetags', kind: 'ImageTag', path: 'spec' };

/** `imagetags`: a tag with its source and its whole history. */
@Injectable()
export class ImageTagHandlers implements ResourceHandlers<ImageTag> {
  constructor(
    private readonly views: TagViews,
    private readonly store: ImageStreamStore,
    private readonly writes: TagWrites,
    private readonly images: ImageRepository,
  ) {}

  async get(context: RequestContext): Promise<ImageTag> {
    const { key, tag } = target(context);
    return this.read(key, tag);
  }

  list(query: ListQuery): Promise<ListPage<ImageTag>> {
    return this.views.list(query, projectAll);
  }

  async create(object: ImageTag, context: RequestContext): Promise<ImageTag> {
    const { stream, tag } = parseImageStreamTagName(object.metadata.name ?? '', 'ImageTags');
    const key = { namespace: namespaceOf(context), name: stream };
    const { spec } = object;
    if (!spec)
      throw refused(key, tag, { field: 'spec', type: 'Required', detail: 'spec is a required field during creation' });
    checkName(spec, key, tag);
    const view = await this.writes.put({
      key,
      tag,
      resource: RESOURCE,
      mayCreateStream: true,
      context,
      change: (existing) => {
        if (existing) throw tagExists('imagetags', key, tag);
        return defaultTagReference({ ...spec, name: tag });
      },
    });
    return imageTag(view.head, asRow(view.tag), view.tag.newest ? [view.tag.newest] : [], null);
  }

  async update(object: ImageTag, context: RequestContext): Promise<{ object: ImageTag; created: boolean }> {
    const { key, tag } = target(context);
    if (object.spec) checkName(object.spec, key, tag);
    const view = await this.writes.put({
      key,
      tag,
      resource: RESOURCE,
      mayCreateStream: false,
      context,
      change: (_spec, stream) => {
        checkUpdate(object, key, tag, stream);
        return object.spec ? defaultTagReference({ ...object.spec, name: tag }) : null;
      },
    });
    const created = !view.wasInSpec && view.tag.spec !== null;
    if (context.dryRun || (!view.tag.spec && !view.tag.newest)) {
      return { created, object: imageTag(view.head, asRow(view.tag), view.tag.newest ? [view.tag.newest] : [], null) };
    }
    return { created, object: await this.read(key, tag) };
  }

  async delete(options: DeleteOptions, context: RequestContext): Promise<HandlerAnswer> {
    const { key, tag } = target(context);
    await this.writes.remove(key, tag, RESOURCE, options.preconditions?.uid, context);
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  private async read(key: StreamName, tag: string): Promise<ImageTag> {
    const view = await this.views.find(key, tag, RESOURCE.plural);
    const [history, managedFields] = await Promise.all([
      this.store.history(view.head.uid, tag),
      this.store.managedFields(view.head.uid),
    ]);
    const image = history[0]?.image ? await this.images.find(history[0].image) : undefined;
    return imageTag(view.head, asRow(view.tag), history.map(apiFields), managedFields, image);
  }
}

function target(context: RequestContext): { key: StreamName; tag: string } {
  const { stream, tag } = parseImageStreamTagName(context.name ?? '', 'ImageTags');
  return { key: { namespace: namespaceOf(context), name: stream }, tag };
}

function projectAll({ head, tags, events, managedFields }: StreamRows): ImageTag[] {
  const histories = new Map<string, TagEvent[]>();
  for (const [tag, created, dockerImageReference, image, generation] of events) {
    const event = { created, dockerImageReference, image, generation };
    histories.set(tag, [...(histories.get(tag) ?? []), event]);
  }
  return tags.map((tag) => imageTag(head, tag, histories.get(tag.tag) ?? [], managedFields));
}

function checkName(spec: TagReference, key: StreamName, tag: string): void {
  if (spec.name && spec.name !== tag) {
    throw refused(key, tag, {
      field: 'spec.name',
      type: 'Invalid',
      value: spec.name,
      detail: 'must match image tag name',
    });
  }
}

function checkUpdate(object: ImageTag, key: StreamName, tag: string, { before }: OpenStream): void {
  if (!before) throw notFound(RESOURCE.plural, IMAGE_GROUP, key.name);
  const { resourceVersion, labels, annotations } = object.metadata;
  checkVersion(RESOURCE, key, tag, resourceVersion, before);
  if (sameOrAbsent(labels, before.labels) && sameOrAbsent(annotations, before.annotations)) return;
  throw refused(key, tag, {
    field: 'metadata',
    type: 'Invalid',
    value: '',
    detail: 'may not update fields other than spec',
  });
}

function sameOrAbsent(sent: Record<string, string> | undefined, stored: Record<string, string> | null): boolean {
  if (!sent || Object.keys(sent).length === 0) return true;
  const known = stored ?? {};
  return (
    Object.keys(sent).length === Object.keys(known).length &&
    Object.entries(sent).every(([key, value]) => known[key] === value)
  );
}

function refused(key: StreamName, tag: string, error: Parameters<typeof invalid>[3][number]): Error {
  return invalid(RESOURCE.kind, IMAGE_GROUP, `${key.name}:${tag}`, [error]);
}

function asRow(tag: {
  tag: string;
  spec: TagReference | null;
  conditions: readonly unknown[];
}): Parameters<typeof imageTag>[1] {
  return { ...tag, conditions: tag.conditions.length > 0 ? ([...tag.conditions] as never) : null };
}

function apiFields({ created, dockerImageReference, image, generation }: TagEvent): TagEvent {
  return { created, dockerImageReference, image, generation };
}
