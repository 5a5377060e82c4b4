import type { ApiClient } from '../client/api-client.js';
import { SECRETS } from '../client/known-resources.js';
import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import type { Dialect } from '../command.js';
import type { ApiImage, ImageStream } from '../images/image-stream.js';

export interface DescribeContext {
  client: ApiClient;
  now: Date;
  showEvents: boolean;
}

/** Puts one kind into words. */
export interface Describer {
  accepts(resource: ApiResource, dialect: Dialect): boolean;
  describe(object: KubeObject, context: DescribeContext): Promise<string>;
}

/** The kinds oc has words for and kubectl has not. */
const inImageGroup = (plural: string) => (resource: ApiResource, dialect: Dialect) =>
  dialect === 'oc' && resource.group === 'image.openshift.io' && resource.plural === plural;

const inCore = (plural: string) => (resource: ApiResource) => resource.group === '' && resource.plural === plural;

/** The image of a tag or of a stream's image, titled by its digest; a tag without one is shown field by field. */
async function describeInner(object: KubeObject, context: DescribeContext): Promise<string> {
  const image = object.image as ApiImage | null | undefined;
  if (!image) return describeFields(object, context);
  const { describeImage } = await import('./image.js');
  return describeImage(image, image.metadata?.name ?? '', context.now);
}

async function describeFields(object: KubeObject, context: DescribeContext): Promise<string> {
  const { describeGeneric } = await import('./generic.js');
  return describeGeneric(object, await eventsOf(object, context));
}

async function eventsOf(object: KubeObject, { client, now, showEvents }: DescribeContext): Promise<string> {
  if (!showEvents) return '';
  const { describeEvents } = await import('./events.js');
  return describeEvents(client, object, now);
}

/** The first that accepts the kind describes it; the last takes every kind, field by field. */
export const describers: readonly Describer[] = [
  {
    accepts: inImageGroup('imagestreams'),
    describe: async (object, { now }) =>
      (await import('./image-stream.js')).describeImageStream(object as ImageStream, now),
  },
  { accepts: inImageGroup('imagestreamtags'), describe: describeInner },
  { accepts: inImageGroup('imagetags'), describe: describeInner },
  { accepts: inImageGroup('imagestreamimages'), describe: describeInner },
  {
    accepts: inImageGroup('images'),
    describe: async (object, { now }) => (await import('./image.js')).describeImage(object as ApiImage, '', now),
  },
  { accepts: inCore('secrets'), describe: async (object) => (await import('./core/secret.js')).describeSecret(object) },
  {
    accepts: inCore('configmaps'),
    describe: async (object, context) =>
      (await import('./core/config-map.js')).describeConfigMap(object, await eventsOf(object, context)),
  },
  {
    accepts: inCore('serviceaccounts'),
    describe: async (object, context) =>
      (await import('./core/service-account.js')).describeServiceAccount(
        object,
        await secretsBeside(object, context),
        await eventsOf(object, context),
      ),
  },
  { accepts: () => true, describe: describeFields },
];

/** The secrets of an object's namespace; undefined for who may not list them. */
async function secretsBeside({ metadata }: KubeObject, { client }: DescribeContext): Promise<KubeObject[] | undefined> {
  const { listObjects } = await import('../resources/get-object.js');
  return listObjects(client, SECRETS, metadata?.namespace, {}).catch(() => undefined);
}
