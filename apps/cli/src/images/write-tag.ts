import type { ApiClient } from '../client/api-client.js';
import { ApiError, isNotFound } from '../client/api-error.js';
import { IMAGE_STREAM_TAGS, IMAGE_STREAMS } from '../client/known-resources.js';
import type { KubeObject } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import { CommandError } from '../errors.js';
import type { ImageStream } from './image-stream.js';
import { type Destination, splitDestination } from './tag-destination.js';

/**
 * Writes a tag: replaces it, else creates it, and for those who may write streams but not tags, edits the stream.
 */
export async function setTag(client: ApiClient, destination: Destination, request: KubeObject): Promise<void> {
  const { namespace } = destination;
  try {
    const path = resourcePath(IMAGE_STREAM_TAGS, namespace, request.metadata?.name);
    await client.object({ method: 'PUT', path, body: request });
    return;
  } catch (error) {
    if (!isRefused(error) && !isNotFound(error)) throw error;
  }
  try {
    await client.object({ method: 'POST', path: resourcePath(IMAGE_STREAM_TAGS, namespace), body: request });
  } catch (error) {
    if (!isRefused(error)) throw error;
    await setTagInStream(client, destination, request);
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && (error.httpStatus === 403 || error.httpStatus === 405);
}

/** For those who may write streams but not their tags. */
async function setTagInStream(client: ApiClient, destination: Destination, request: KubeObject): Promise<void> {
  const { stream: name, tag: tagName } = splitDestination(destination);
  const path = resourcePath(IMAGE_STREAMS, destination.namespace, name);
  const stream = await client.get<ImageStream>(path).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const reference = request.tag as NonNullable<NonNullable<ImageStream['spec']>['tags']>[number];
  if (!stream) {
    const body = {
      kind: 'ImageStream',
      apiVersion: request.apiVersion,
      metadata: { name },
      spec: { tags: [reference] },
    };
    await client.object({ method: 'POST', path: resourcePath(IMAGE_STREAMS, destination.namespace), body });
    return;
  }
  const tags = stream.spec?.tags ?? [];
  const known = tags.some(({ name: other }) => other === tagName);
  const changed = known ? tags.map((other) => (other.name === tagName ? reference : other)) : [...tags, reference];
  await client.object({ method: 'PUT', path, body: { ...stream, spec: { ...stream.spec, tags: changed } } });
}

/** Removes a tag and gives the line that tells of it. */
export async function deleteTag(client: ApiClient, destination: Destination): Promise<string> {
  const { stream: name, tag: tagName } = splitDestination(destination);
  const { namespace, nameAndTag } = destination;
  const done = `Deleted tag ${namespace}/${nameAndTag}.\n`;
  try {
    const body = { kind: 'DeleteOptions', apiVersion: 'image.openshift.io/v1' };
    await client.request({
      method: 'DELETE',
      path: resourcePath(IMAGE_STREAM_TAGS, namespace, `${name}:${tagName}`),
      body,
    });
    return done;
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  const path = resourcePath(IMAGE_STREAMS, namespace, name);
  const stream = await client.get<ImageStream>(path).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!stream) return `Image stream "${name}" does not exist.\n`;
  const tags = stream.spec?.tags ?? [];
  if (!tags.some((other) => other.name === tagName)) {
    throw new CommandError(`destination tag ${namespace}/${nameAndTag} does not exist.\n`);
  }
  const kept = tags.filter((other) => other.name !== tagName);
  await client.object({ method: 'PUT', path, body: { ...stream, spec: { ...stream.spec, tags: kept } } });
  return done;
}
