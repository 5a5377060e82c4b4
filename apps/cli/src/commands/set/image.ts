import { IMAGE_STREAM_IMAGES, IMAGE_STREAM_TAGS } from '../../client/known-resources.js';
import type { ApiClient } from '../../client/api-client.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError, throwCollected, UsageError } from '../../errors.js';
import type { ApiImage } from '../../images/image-stream.js';
import { nameString, readTagSource } from '../../images/tag-source.js';
import { CHOOSING_FLAGS, findNamed } from '../../resources/find-named.js';
import { getObject } from '../../resources/get-object.js';
import { patchObjects, type ReadObject, shownName } from '../../resources/patch-objects.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';
import { type Container, containersOf, podTemplateOf, withPodTemplate } from '../../workloads/pod-template.js';

export const command: Command = {
  usage: 'set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... [options]',
  description: 'Change the image of containers. With --source=istag the image is what a tag points at now.',
  examples: ['set image deploy/web web=nginx:1', 'set image deploy/web web=ruby:2.0 --source=istag'],
  flags: [
    ...CHOOSING_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    {
      name: 'source',
      kind: 'string',
      default: 'docker',
      usage: 'docker, imagestreamtag (istag) or imagestreamimage (isimage).',
    },
    { name: 'local', kind: 'bool', usage: 'Work on files only, without a server.' },
  ],
  run: setImage,
};

async function setImage(call: Call): Promise<void> {
  const { args, flags, session } = call;
  const pairs = args.filter((arg) => arg.includes('='));
  if (pairs.length === 0) throw new UsageError('at least one image update is required');
  const client = await session.client();
  const objects: ReadObject[] = [];
  for (const one of await findNamed(
    call,
    'set image',
    args.filter((arg) => !arg.includes('=')),
  )) {
    const read = flags.bool('local')
      ? one.object
      : await getObject(client, one.resource, one.namespace, one.name, { accept: 'application/json, */*' });
    objects.push({ ...one, object: { ...read, kind: read?.kind ?? one.resource.kind } });
  }
  const images = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    images.set(pair.slice(0, equals), await resolveImage(client, pair.slice(equals + 1), call));
  }
  const words = { done: 'image updated', failed: 'failed to patch image update to pod template' };
  throwCollected(await patchObjects(call, objects, (object, one) => withImages(object, images, one), words));
}

async function resolveImage(client: ApiClient, text: string, { flags, session }: Call): Promise<string> {
  const source = readTagSource(text, flags.string('source'));
  if (source.kind === 'DockerImage') return text;
  const resource = source.kind === 'ImageStreamTag' ? IMAGE_STREAM_TAGS : IMAGE_STREAM_IMAGES;
  const namespace = source.reference.namespace || (await session.namespace());
  const found = await client.get(resourcePath(resource, namespace, nameString(source.reference)));
  const image = found.image as ApiImage | undefined;
  if (!image?.dockerImageReference) throw new CommandError(`${text} points to no image`);
  return image.dockerImageReference;
}

function withImages(
  object: ReadObject['object'],
  images: ReadonlyMap<string, string>,
  one: ReadObject,
): ReadObject['object'] {
  const template = podTemplateOf(object);
  if (!template) throw new CommandError(`${shownName(one)} does not have a pod template`);
  const known = new Set(containersOf(object).map(({ name }) => name));
  const missing = [...images.keys()].find((name) => name !== '*' && !known.has(name));
  if (missing !== undefined) throw new CommandError(`unable to find container named "${missing}"`);
  const renew = (list: Container[] | undefined) =>
    list?.map((container) => ({
      ...container,
      image: images.get(container.name) ?? images.get('*') ?? container.image,
    }));
  const spec = {
    ...template.spec,
    containers: renew(template.spec?.containers),
    initContainers: renew(template.spec?.initContainers),
  };
  return withPodTemplate(object, { ...template, spec });
}
