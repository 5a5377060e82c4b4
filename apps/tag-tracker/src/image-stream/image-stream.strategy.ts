import { Injectable } from '@nestjs/common';
import type { FieldError, RequestContext, StoredResourceStrategy } from '@faktorz/apimachinery';
import {
  canonicalTags,
  defaultTagReference,
  isInsecureRepository,
  resolutionFailure,
  streamNameProblems,
  type TagPair,
  type TagReference,
  validateImageStream,
} from '@faktorz/domain';
import { AllowedRegistries } from './allowed-registries.js';
import type { ImageStream } from './image-stream.js';
import { applyToStatus, draftOf } from './object-draft.js';
import { RepositoryNames } from './repository-names.js';
import { SourceStreams } from './source-tags.js';
import { writeSpecTags } from './spec-tags.js';
import { validateStatus } from './validate-status.js';
import { timestamp } from './write-cause.js';

/** How whole image streams come into being and change: the server owns status, generations and resolution of tags. */
@Injectable()
export class ImageStreamStrategy implements StoredResourceStrategy<ImageStream> {
  readonly allowUnconditionalUpdate = false;
  /** What resolving a request's tags found wrong, until that request is validated. */
  private readonly unresolved = new WeakMap<ImageStream, FieldError[]>();

  constructor(
    private readonly sources: SourceStreams,
    private readonly names: RepositoryNames,
    private readonly registries: AllowedRegistries,
  ) {}

  validateName(name: string): string[] {
    return streamNameProblems(name);
  }

  default(stream: ImageStream): void {
    fillDefaults(stream);
  }

  async prepareForCreate(stream: ImageStream, context: RequestContext): Promise<void> {
    stream.status = { dockerImageRepository: '' };
    await this.resolveTags(stream, undefined, context);
  }

  async prepareForUpdate(stream: ImageStream, old: ImageStream, context: RequestContext): Promise<void> {
    stream.status = structuredClone(old.status);
    await this.resolveTags(stream, old, context);
  }

  validate(stream: ImageStream, old: ImageStream | undefined): FieldError[] {
    const { name, namespace = '', annotations } = stream.metadata;
    const errors = validateImageStream(name, namespace, stream.spec, {
      insecureRepository: isInsecureRepository(annotations),
      registryRefusal: this.registries.checkBeside(old?.spec),
    });
    // The name's own rule is checked with the rest of the metadata.
    const others = errors.filter((error) => error.field !== 'metadata.name' || error.detail.includes('255'));
    return [...(this.unresolved.get(stream) ?? []), ...others];
  }

  canonicalize(stream: ImageStream): void {
    sortTags(stream);
  }

  decorate(stream: ImageStream): void {
    this.names.decorate(stream);
  }

  private async resolveTags(stream: ImageStream, old: ImageStream | undefined, context: RequestContext): Promise<void> {
    const name = { namespace: stream.metadata.namespace ?? '', name: stream.metadata.name };
    const cause = { by: context.identity.user, id: context.requestId, now: timestamp(new Date()) };
    const draft = draftOf(old ?? { ...stream, spec: { ...stream.spec, tags: [] } }, cause);
    const { generation, written, errors } = await writeSpecTags({
      stream: name,
      generation: old?.metadata.generation ?? 0,
      pairs: tagPairs(old?.spec.tags ?? [], stream.spec.tags ?? []),
      otherSpecChanged: old !== undefined && otherSpecDiffers(old, stream),
      draft,
      sources: this.sources.tagsFor(name, draft),
      access: this.sources,
      identity: context.identity,
      internalRegistry: this.names.hosts.internal,
      now: cause.now,
    });
    await draft.follow();
    const settled = new Map(written.map((tag) => [tag.name, tag]));
    const kept = new Map((old?.spec.tags ?? []).map((tag) => [tag.name, tag]));
    stream.spec.tags = stream.spec.tags?.map((tag) => settled.get(tag.name) ?? kept.get(tag.name) ?? tag);
    stream.metadata.generation = generation;
    applyToStatus(
      stream,
      draft.changes().filter((change) => change.row !== null),
    );
    this.unresolved.set(stream, resolutionFailure(name.name, errors));
  }
}

/** Writes through `/status`: the spec's tags and repository stay as they are, a generation left out is filled in. */
@Injectable()
export class ImageStreamStatusStrategy implements StoredResourceStrategy<ImageStream> {
  readonly allowUnconditionalUpdate = false;

  constructor(private readonly registries: AllowedRegistries) {}

  validateName(name: string): string[] {
    return streamNameProblems(name);
  }

  default(stream: ImageStream): void {
    fillDefaults(stream);
    fillEntries(stream, timestamp(new Date()));
  }

  prepareForUpdate(stream: ImageStream, old: ImageStream): void {
    stream.spec = { ...stream.spec };
    restore(stream.spec, old.spec, 'tags');
    restore(stream.spec, old.spec, 'dockerImageRepository');
    for (const { items } of stream.status.tags ?? []) {
      const [newest] = items ?? [];
      if (newest && newest.generation === 0) newest.generation = old.metadata.generation ?? 0;
    }
  }

  validate(stream: ImageStream, old: ImageStream | undefined): FieldError[] {
    return validateStatus(stream, old, this.registries.checkBeside(undefined));
  }

  canonicalize(stream: ImageStream): void {
    sortTags(stream);
  }
}

function fillDefaults(stream: ImageStream): void {
  const { spec, status } = stream as { spec?: Partial<ImageStream['spec']>; status?: Partial<ImageStream['status']> };
  stream.spec = {
    lookupPolicy: { local: Boolean(spec?.lookupPolicy?.local) },
    ...(spec?.dockerImageRepository && { dockerImageRepository: spec.dockerImageRepository }),
    ...(spec?.tags && spec.tags.length > 0 && { tags: canonicalTags(spec.tags.map((tag) => withName(tag))) }),
  };
  stream.status = { ...status, dockerImageRepository: status?.dockerImageRepository ?? '' };
}

/** An entry whose time is not said is of now: an entry without any could not be put in order. */
function fillEntries({ status }: ImageStream, now: string): void {
  for (const list of status.tags ?? []) {
    list.tag ??= '';
    list.items =
      list.items?.map(({ created, dockerImageReference, image, generation }) => ({
        created: created ?? now,
        dockerImageReference: dockerImageReference ?? '',
        image: image ?? '',
        generation: generation ?? 0,
      })) ?? null;
  }
}

function withName(tag: TagReference): TagReference {
  return defaultTagReference({ ...tag, name: tag.name ?? '' });
}

function sortTags(stream: ImageStream): void {
  const tags = canonicalTags(stream.spec.tags ?? []);
  if (tags.length > 0) stream.spec.tags = tags;
  else delete stream.spec.tags;
  const statuses = (stream.status.tags ?? [])
    .map((status) => ({ ...status, items: status.items && status.items.length > 0 ? status.items : null }))
    .filter((status) => status.items || (status.conditions?.length ?? 0) > 0)
    .sort((a, b) => (a.tag < b.tag ? -1 : 1));
  if (statuses.length > 0) stream.status.tags = statuses;
  else delete stream.status.tags;
}

function tagPairs(old: readonly TagReference[], next: readonly TagReference[]): TagPair[] {
  const before = new Map(old.map((tag) => [tag.name, tag]));
  const after = new Map(next.map((tag) => [tag.name, tag]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.map((name) => ({ old: before.get(name), next: after.get(name) }));
}

function otherSpecDiffers(old: ImageStream, next: ImageStream): boolean {
  return (
    old.spec.lookupPolicy.local !== next.spec.lookupPolicy.local ||
    (old.spec.dockerImageRepository ?? '') !== (next.spec.dockerImageRepository ?? '')
  );
}

function restore<S extends object, K extends keyof S>(target: S, source: S, field: K): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}
