import { Injectable } from '@nestjs/common';
import {
  ApiError,
  badRequest,
  type DeleteOptions,
  type FieldError,
  type HandlerAnswer,
  invalid,
  type ListPage,
  type ListQuery,
  metadataErrors,
  notFound,
  type RequestContext,
  type ResourceHandlers,
} from '@faktorz/apimachinery';
import {
  defaultTagReference,
  parseImageStreamTagName,
  pathSegmentProblems,
  pullSpec,
  type StreamName,
  type TagEvent,
  type TagReference,
  validateTagReference,
} from '@faktorz/domain';
import { ImageRepository } from '../image/image-repository.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import type { OpenStream } from '../image-stream/open-stream.js';
import { RepositoryNames } from '../image-stream/repository-names.js';
import type { StreamHead, StreamRows } from '../image-stream/stream-rows.js';
import { imageStreamTag, type ImageStreamTag, listedImageStreamTag } from './image-stream-tag.js';
import { namespaceOf, TagViews, type TagView } from './tag-views.js';
import { checkUid, checkVersion, hasVersion, tagExists, type TagResource, TagWrites } from './tag-writes.js';

const RESOURCE: TagResource = { plural: 'imagestreamtags', kind: 'ImageStreamTag', path: 'tag' };

/** What a client sends: most of it may be missing. */
type SentTag = Omit<ImageStreamTag, 'tag'> & { tag?: Partial<TagReference> | null };

/** `imagestreamtags`: a tag together with the image it points at. */
@Injectable()
export class ImageStreamTagHandlers implements ResourceHandlers<ImageStreamTag> {
  constructor(
    private readonly views: TagViews,
    private readonly writes: TagWrites,
    private readonly images: ImageRepository,
    private readonly names: RepositoryNames,
  ) {}

  async get(context: RequestContext): Promise<ImageStreamTag> {
    const { key, tag } = target(context);
    const view = await this.views.find(key, tag, RESOURCE.plural);
    const image = view.tag.newest?.image ? await this.images.find(view.tag.newest.image) : undefined;
    if (!image) throw notFound(RESOURCE.plural, IMAGE_GROUP, `${key.name}:${tag}`);
    return this.project(view, image);
  }

  /** A tag can be changed before it has an image. */
  async getToPatch(context: RequestContext): Promise<ImageStreamTag> {
    const { key, tag } = target(context);
    return this.project(await this.views.open(key, tag), undefined);
  }

  list(query: ListQuery): Promise<ListPage<ImageStreamTag>> {
    return this.views.list(query, (rows) => this.projectAll(rows));
  }

  async create(object: ImageStreamTag, context: RequestContext): Promise<ImageStreamTag> {
    const sent: SentTag = object;
    const namespace = namespaceOf(context);
    // Nothing is appended to a name that is to be generated.
    const name = sent.metadata.name || sent.metadata.generateName || '';
    checkNew(sent, name, namespace);
    const parts = name.split(':');
    if (parts.length !== 2 || !parts[0] || !parts[1]) {
      throw new ApiError(undefined, `${JSON.stringify(name)} must be of the form <stream_name>:<tag>`);
    }
    const key = { namespace, name: parts[0] };
    const tag = parts[1];
    const view = await this.writes.put({
      key,
      tag,
      resource: RESOURCE,
      mayCreateStream: true,
      withImage: true,
      context,
      change: (spec) => {
        if (spec) throw tagExists('imagestreamtag', key, tag);
        return sent.tag ? defaultTagReference({ ...sent.tag, name: tag }) : undefined;
      },
    });
    return this.project(view, view.image);
  }

  async update(object: ImageStreamTag, context: RequestContext): Promise<{ object: ImageStreamTag; created: boolean }> {
    const { key, tag } = target(context);
    const sent: SentTag = object;
    const view = await this.writes.put({
      key,
      tag,
      resource: RESOURCE,
      mayCreateStream: !hasVersion(sent.metadata.resourceVersion),
      withImage: true,
      context,
      change: (spec, stream) => {
        if (stream.before) checkUpdate(sent, key, tag, stream);
        else checkNew(sent, `${key.name}:${tag}`, key.namespace);
        return updatedTag(sent, spec, key, tag);
      },
    });
    return { object: this.project(view, view.image), created: !view.wasInSpec && view.tag.spec !== null };
  }

  async delete(options: DeleteOptions, context: RequestContext): Promise<HandlerAnswer> {
    const { key, tag } = target(context);
    await this.writes.remove(key, tag, RESOURCE, options.preconditions?.uid, context);
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  private project({ head, tag }: TagView, image: Parameters<typeof imageStreamTag>[0]['image']): ImageStreamTag {
    const { newest } = tag;
    return imageStreamTag({
      head,
      tag: { ...tag, conditions: [...tag.conditions] },
      newest,
      image,
      pullSpec: this.pullSpecOf(head, tag.spec, newest),
    });
  }

  private projectAll({ head, tags, events }: StreamRows): ImageStreamTag[] {
    const newest = new Map<string, TagEvent>();
    for (const [tag, created, dockerImageReference, image, generation] of events) {
      if (!newest.has(tag)) newest.set(tag, { created, dockerImageReference, image, generation });
    }
    return tags.flatMap((tag) => {
      const event = newest.get(tag.tag);
      if (!event?.image) return [];
      return [listedImageStreamTag({ head, tag, newest: event, pullSpec: this.pullSpecOf(head, tag.spec, event) })];
    });
  }

  private pullSpecOf(head: StreamHead, spec: TagReference | null, newest: TagEvent | undefined): string | undefined {
    return pullSpec(spec ?? undefined, newest, this.names.internal(head.namespace, head.name, head.repository));
  }
}

function target(context: RequestContext): { key: StreamName; tag: string } {
  const { stream, tag } = parseImageStreamTagName(context.name ?? '');
  return { key: { namespace: namespaceOf(context), name: stream }, tag };
}

/** Throws `Invalid` for a tag that is to be made, whatever may be there already. */
function checkNew(sent: SentTag, name: string, namespace: string): void {
  const metadata = { ...sent.metadata, name, namespace };
  const errors: FieldError[] = [
    ...metadataErrors({ ...sent, metadata }, { namespaced: true, validateName: pathSegmentProblems }),
    ...(sent.tag ? validateTagReference(defaultTagReference({ ...sent.tag, name }), RESOURCE.path) : []),
  ];
  if (sent.tag?.annotations && !sameMap(sent.tag.annotations, sent.metadata.annotations ?? {})) {
    errors.push({
      field: 'tag.annotations',
      type: 'Invalid',
      value: '<map>',
      detail: 'tag annotations must not be provided or must be equal to the object meta annotations',
    });
  }
  if (errors.length > 0) throw invalid(RESOURCE.kind, IMAGE_GROUP, name, errors);
}

function checkUpdate(sent: SentTag, key: StreamName, tag: string, { before, head }: OpenStream): void {
  const { resourceVersion, labels, uid } = sent.metadata;
  checkVersion(RESOURCE, key, tag, resourceVersion, before);
  checkUid(key, tag, RESOURCE, head, uid || undefined);
  if (!labels || Object.keys(labels).length === 0 || sameMap(labels, head.labels ?? {})) return;
  throw invalid(RESOURCE.kind, IMAGE_GROUP, `${key.name}:${tag}`, [
    { field: 'metadata', type: 'Invalid', value: '', detail: 'may not update fields other than metadata.annotations' },
  ]);
}

/** With a tag in the body that becomes the spec tag; without, only its annotations change. The object's annotations are the tag's. */
function updatedTag(sent: SentTag, spec: TagReference | null, key: StreamName, tag: string): TagReference {
  const annotations = sent.metadata.annotations ?? null;
  if (sent.tag) return defaultTagReference({ ...sent.tag, name: tag, annotations });
  if (spec) return defaultTagReference({ ...spec, annotations });
  throw badRequest(
    `imagestreamtag ${tag} is not a spec tag in imagestream ${key.namespace}/${key.name}, cannot be updated`,
  );
}

function sameMap(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);
}
