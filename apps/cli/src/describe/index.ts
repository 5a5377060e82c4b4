import type { ApiClient } from '../client/api-client.js';
import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import type { ApiImage, ImageStream } from '../images/image-stream.js';

export interface DescribeContext {
  client: ApiClient;
  now: Date;
}

/** Puts one kind into words; `refetch` reads the object anew first, as oc does for its own kinds. */
export interface Describer {
  accepts(resource: ApiResource): boolean;
  describe(object: KubeObject, context: DescribeContext): Promise<string>;
}

const inImageGroup = (plural: string) => (resource: ApiResource) =>
  resource.group === 'image.openshift.io' && resource.plural === plural;

/** The image of a tag or of a stream's image, titled by its digest. */
async function describeInner(object: KubeObject, now: Date): Promise<string> {
  const { describeImage } = await import('./image.js');
  const image = object.image as ApiImage;
  return describeImage(image, image.metadata?.name ?? '', now);
}

/** The first that accepts the kind describes it; everything else is described field by field. */
export const describers: readonly Describer[] = [
  {
    accepts: inImageGroup('imagestreams'),
    describe: async (object, { now }) =>
      (await import('./image-stream.js')).describeImageStream(object as ImageStream, now),
  },
  { accepts: inImageGroup('imagestreamtags'), describe: (object, { now }) => describeInner(object, now) },
  { accepts: inImageGroup('imagetags'), describe: (object, { now }) => describeInner(object, now) },
  { accepts: inImageGroup('imagestreamimages'), describe: (object, { now }) => describeInner(object, now) },
  {
    accepts: inImageGroup('images'),
    describe: async (object, { now }) => (await import('./image.js')).describeImage(object as ApiImage, '', now),
  },
];
