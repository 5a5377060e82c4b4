import { ApiError, badRequest, internalError } from '@faktorz/apimachinery';
import type { ResolvedTags } from '../image-lookup/pull-specs.js';
import { strategyFrom } from '../openshift/build-strategy.js';
import type { BuildConfig, BuildRequest, TriggerStatus } from '../openshift/build.types.js';
import { type ObjectReference, tagOf, type TagName } from '../openshift/object-reference.js';

/** An image change trigger with the tag it watches: its own, or the strategy's. */
interface Watched {
  from: ObjectReference;
  isStrategys: boolean;
}

/** The tags a build of a config is made of, and those its triggers watch. */
export function tagsOfBuild(config: BuildConfig): TagName[] {
  const { namespace = '' } = config.metadata;
  const images = config.spec?.source?.images ?? [];
  const references = [
    strategyFrom(config.spec),
    ...images.map(({ from }) => from),
    ...watched(config).map(({ from }) => from),
  ];
  return references.flatMap((reference) => {
    const tag = reference && (tagOf(reference, namespace) ?? streamOfImage(reference, namespace));
    return tag ? [tag] : [];
  });
}

/**
 * What a config has built once the requested build exists: for the trigger that asks the image it asks for, for the others
 * what their tags point at, so that changes that come together make one build. Throws InternalError when there has been a
 * build for that image already, and BadRequest when the tag has moved on and its newest image is built: nothing goes back.
 */
export function triggerStatuses(
  config: BuildConfig,
  request: BuildRequest,
  tags: ResolvedTags,
  now: Date,
): TriggerStatus[] {
  const { namespace = '', name } = config.metadata;
  const asked = request.from && keyOf(request.from, namespace);
  const image = request.triggeredByImage?.name;
  const before = config.status?.imageChangeTriggers?.find(
    ({ from }) => asked && keyOf(from ?? {}, namespace) === asked,
  );
  if (image !== undefined && before?.lastTriggeredImageID === image) {
    throw internalError(`build config ${namespace}/${name} has already instantiated a build for imageid ${image}`);
  }
  const newest = request.from && imageOf({ kind: 'ImageStreamTag', ...request.from }, namespace, tags);
  if (image !== undefined && newest !== undefined && before?.lastTriggeredImageID === newest) {
    const about = `build config ${namespace}/${name} has built ${newest}, which ${request.from?.name} points at`;
    throw badRequest(`${about}: ${image} is an older image of it`);
  }
  return watched(config).map(({ from, isStrategys }): TriggerStatus => {
    const status = { from: { ...(from.namespace && { namespace: from.namespace }), name: from.name } };
    if (image !== undefined && keyOf(from, namespace) === asked) {
      return { ...status, lastTriggeredImageID: image, lastTriggerTime: now.toISOString().replace(/\.\d+Z$/, 'Z') };
    }
    const resolved = isStrategys ? resolvedImage(from, namespace, tags) : imageOf(from, namespace, tags);
    return { ...status, ...(resolved !== undefined && { lastTriggeredImageID: resolved }) };
  });
}

/** The image a reference of a build means: what its trigger asks for, else what it points at. Throws Invalid. */
export function imageForBuild(
  reference: ObjectReference,
  namespace: string,
  triggers: readonly TriggerStatus[],
  tags: ResolvedTags,
): string {
  const key = keyOf(reference, namespace);
  const trigger =
    reference.kind === 'ImageStreamTag' ? triggers.find(({ from }) => keyOf(from ?? {}, namespace) === key) : undefined;
  return trigger?.lastTriggeredImageID ?? resolvedImage(reference, namespace, tags);
}

function watched({ spec }: BuildConfig): Watched[] {
  return (spec?.triggers ?? []).flatMap(({ type, imageChange }): Watched[] => {
    const from = imageChange?.from ?? strategyFrom(spec);
    return type === 'ImageChange' && from ? [{ from, isStrategys: imageChange?.from === undefined }] : [];
  });
}

function resolvedImage(reference: ObjectReference, namespace: string, tags: ResolvedTags): string {
  const image = imageOf(reference, namespace, tags);
  if (image !== undefined) return image;
  const { kind = '', name = '' } = reference;
  const message = `Error resolving ${kind} ${name} in namespace ${reference.namespace || namespace}: it points at no image`;
  throw new ApiError('Invalid', message, { kind, name, causes: [{ reason: '', message, field: 'from' }] });
}

function imageOf(reference: ObjectReference, namespace: string, tags: ResolvedTags): string | undefined {
  const { kind, name = '' } = reference;
  if (kind === 'DockerImage') return name;
  const tag = tagOf(reference, namespace);
  if (tag) return tags.pullSpec(tag);
  const stream = streamOfImage(reference, namespace);
  const repository = stream && tags.repository(stream);
  return repository ? `${repository}@${name.slice(name.indexOf('@') + 1)}` : undefined;
}

/** The stream of an ImageStreamImage: every image of a stream can be pulled from its own repository. */
function streamOfImage({ kind, name = '', namespace: other }: ObjectReference, namespace: string): TagName | undefined {
  const at = name.indexOf('@');
  if (kind !== 'ImageStreamImage' || at < 1) return undefined;
  return { namespace: other || namespace, stream: name.slice(0, at), tag: 'latest' };
}

function keyOf({ namespace: other, name = '' }: ObjectReference, namespace: string): string {
  return `${other || namespace}/${name}`;
}
