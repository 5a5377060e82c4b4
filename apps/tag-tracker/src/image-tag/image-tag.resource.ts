import { Injectable } from '@nestjs/common';
import {
  type DeleteOptions,
  type FieldError,
  type HandlerAnswer,
  invalid,
  type ListPage,
  type ListQuery,
  type ManagedFieldsEntry,
  metadataErrors,
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
  type TagStatus,
  validateTagReference,
} from '@faktorz/domain';
import { ImageRepository } from '../image/image-repository.js';
import type { Image } from '../image/image.js';
import { namespaceOf, type TagView, TagViews } from '../image-stream-tag/tag-views.js';
import { checkVersion, hasVersion, tagExists, type TagResource, TagWrites } from '../image-stream-tag/tag-writes.js';
import { canonicalJson } from '../image-stream/canonical-json.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import type { OpenStream } from '../image-stream/open-stream.js';
import { RepositoryNames } from '../image-stream/repository-names.js';
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
    private readonly names: RepositoryNames,
  ) {}

  async get(context: RequestContext): Promise<ImageTag> {
    const { key, tag } = target(context);
    return this.read(key, tag);
  }

  async getToPatch(context: RequestContext): Promise<ImageTag> {
    const { key, tag } = target(context);
    return this.shown(await this.views.open(key, tag));
  }

  list(query: ListQuery): Promise<ListPage<ImageTag>> {
    return this.views.list(query, projectAll);
  }

  async create(object: ImageTag, context: RequestContext): Promise<ImageTag> {
    const namespace = namespaceOf(context);
    // Nothing is appended to a name that is to be generated.
    const name = object.metadata.name || object.metadata.generateName || '';
    checkNew(object, name, namespace);
    const { stream, tag } = parseImageStreamTagName(name, 'ImageTags');
    const key = { namespace, name: stream };
    const view = await this.writes.put({
      key,
      tag,
      resource: RESOURCE,
      mayCreateStream: true,
      context,
      change: (existing) => {
        if (existing) throw tagExists('imagetags', key, tag);
        return object.spec && defaultTagReference({ ...object.spec, name: tag });
      },
    });
    return this.project(view, null);
  }

  async update(object: ImageTag, context: RequestContext): Promise<{ object: ImageTag; created: boolean }> {
    const { key, tag } = target(context);
    if (object.spec) checkName(object.spec, key, tag);
    const view = await this.writes.put({
      key,
      tag,
      resource: RESOURCE,
      mayCreateStream: !hasVersion(object.metadata.resourceVersion),
      context,
      change: (_spec, stream, now) => {
        if (stream.before) checkUpdate(object, key, { ...now, tag }, stream);
        else checkNew(object, `${key.name}:${tag}`, key.namespace);
        return object.spec ? defaultTagReference({ ...object.spec, name: tag }) : null;
      },
    });
    const created = !view.wasInSpec && view.tag.spec !== null;
    if (context.dryRun || (!view.tag.spec && !view.tag.newest)) return { created, object: this.project(view, null) };
    return { created, object: await this.read(key, tag) };
  }

  async delete(options: DeleteOptions, context: RequestContext): Promise<HandlerAnswer> {
    const { key, tag } = target(context);
    await this.writes.remove(key, tag, RESOURCE, options.preconditions?.uid, context);
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  private async read(key: StreamName, tag: string): Promise<ImageTag> {
    return this.shown(await this.views.find(key, tag, RESOURCE.plural));
  }

  private async shown(view: TagView): Promise<ImageTag> {
    const { head, tag } = view;
    const [history, managedFields] = await Promise.all([
      this.store.history(head.uid, tag.tag),
      this.store.managedFields(head.uid),
    ]);
    const image = history[0]?.image ? await this.images.find(history[0].image) : undefined;
    return this.project(view, managedFields, history, image);
  }

  private project(
    { head, tag }: TagView,
    managedFields: ManagedFieldsEntry[] | null,
    history: readonly TagEvent[] = tag.newest ? [tag.newest] : [],
    image?: Image,
  ): ImageTag {
    const [newest] = history;
    const repository = this.names.internal(head.namespace, head.name, head.repository);
    const reference = pullSpec(tag.spec ?? undefined, newest, repository);
    const shown = image && { ...image, dockerImageReference: reference ?? image.dockerImageReference };
    return imageTag(head, asRow(tag), history.map(apiFields), managedFields, shown);
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

/** Throws `Invalid` for a tag that is to be made, whatever may be there already. */
function checkNew(object: ImageTag, name: string, namespace: string): void {
  const { spec } = object;
  const [, tag = ''] = name.split(':');
  const metadata = { ...object.metadata, name, namespace };
  const errors: FieldError[] = metadataErrors(
    { ...object, metadata },
    { namespaced: true, validateName: pathSegmentProblems },
  );
  if (spec) {
    // A name without tag means the tag `latest`, and is no name of a tag.
    const specName = spec.name || tag || 'latest';
    if (specName !== tag) errors.push(otherName(specName));
    errors.push(...validateTagReference(defaultTagReference({ ...spec, name: specName }), RESOURCE.path));
  } else {
    errors.push({ field: 'spec', type: 'Required', detail: 'spec is a required field during creation' });
  }
  if (errors.length > 0) throw invalid(RESOURCE.kind, IMAGE_GROUP, name, errors);
}

function checkName(spec: TagReference, key: StreamName, tag: string): void {
  if (spec.name && spec.name !== tag) throw refused(key, tag, [otherName(spec.name)]);
}

function checkUpdate(object: ImageTag, key: StreamName, now: TagView['tag'], { before }: OpenStream): void {
  const { resourceVersion, labels, annotations } = object.metadata;
  checkVersion(RESOURCE, key, now.tag, resourceVersion, before);
  const errors: FieldError[] = [];
  if (!sameOrAbsent(labels, before?.labels) || !sameOrAbsent(annotations, before?.annotations)) {
    errors.push(unchangeable('metadata'));
  }
  if (object.status && !sameStatus(object.status, now)) errors.push(unchangeable('status'));
  if (errors.length > 0) throw refused(key, now.tag, errors);
}

/** Compared as far as a write reads it: what the tag points at, and its conditions. Older entries nobody can change here. */
function sameStatus({ items, conditions }: TagStatus, now: TagView['tag']): boolean {
  const newest = now.newest ? apiFields(now.newest) : null;
  return (
    canonicalJson(items?.[0] ?? null) === canonicalJson(newest) &&
    canonicalJson(conditions ?? []) === canonicalJson(now.conditions)
  );
}

function otherName(name: string): FieldError {
  return { field: 'spec.name', type: 'Invalid', value: name, detail: 'must match image tag name' };
}

function unchangeable(field: string): FieldError {
  return { field, type: 'Invalid', value: '', detail: 'may not update fields other than spec' };
}

function sameOrAbsent(
  sent: Record<string, string> | undefined,
  stored: Record<string, string> | null | undefined,
): boolean {
  if (!sent || Object.keys(sent).length === 0) return true;
  const known = stored ?? {};
  return (
    Object.keys(sent).length === Object.keys(known).length &&
    Object.entries(sent).every(([key, value]) => known[key] === value)
  );
}

function refused(key: StreamName, tag: string, errors: readonly FieldError[]): Error {
  return invalid(RESOURCE.kind, IMAGE_GROUP, `${key.name}:${tag}`, errors);
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
