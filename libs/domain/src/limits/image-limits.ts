import { z } from 'zod';
import { binaryQuantity, quantityValue } from '../validation/quantity.js';

/** What the LimitRanges and ResourceQuotas of a namespace allow of images. What is absent has no limit; amounts are Kubernetes quantities. */
export const ImageLimits = z.object({
  /** Most bytes of one image, and of one blob. */
  imageStorage: z.string().optional(),
  /** Most different images in the histories of one stream. */
  streamImages: z.string().optional(),
  /** Most different sources that the spec tags of one stream name. */
  streamTags: z.string().optional(),
  /** Most streams of the namespace: the quota that says so, under which resource name, and how many. */
  streams: z.object({ quota: z.string(), resource: z.string(), hard: z.string() }).optional(),
});
export type ImageLimits = z.infer<typeof ImageLimits>;

/** How many there are, and how many a write would leave. */
export interface CountChange {
  before: number;
  after: number;
}

/** Why an image or a blob of so many bytes is too large (contract: registry, §7); undefined when it is not. */
export function imageSizeProblem(sizeBytes: number, { imageStorage }: ImageLimits): string | undefined {
  if (!isAbove(sizeBytes, imageStorage)) return undefined;
  return exceeds('storage', 'openshift.io/Image', binaryQuantity(sizeBytes), imageStorage);
}

/** Why a stream may not come to hold so many images; what holds more already may stay and shrink. */
export function streamImagesProblem(count: CountChange, { streamImages }: ImageLimits): string | undefined {
  return countProblem('openshift.io/images', count, streamImages);
}

/** Why the spec tags of a stream may not come to name so many sources. */
export function streamTagsProblem(count: CountChange, { streamTags }: ImageLimits): string | undefined {
  return countProblem('openshift.io/image-tags', count, streamTags);
}

/** Why the namespace, which has `used` streams, may not get one more. */
export function streamQuotaProblem(used: number, { streams }: ImageLimits): string | undefined {
  if (!streams || !isAbove(used + 1, streams.hard)) return undefined;
  const { quota, resource, hard } = streams;
  return `exceeded quota: ${quota}, requested: ${resource}=1, used: ${resource}=${used}, limited: ${resource}=${hard}`;
}

function countProblem(resource: string, { before, after }: CountChange, limit: string | undefined): string | undefined {
  if (after <= before || !isAbove(after, limit)) return undefined;
  return exceeds(resource, 'openshift.io/ImageStream', String(after), limit);
}

function isAbove(amount: number, limit: string | undefined): limit is string {
  return limit !== undefined && amount > (quantityValue(limit) ?? Infinity);
}

function exceeds(what: string, type: string, requested: string, limit: string): string {
  return `requested usage of ${what} exceeds the maximum limit per ${type} (${requested} > ${limit})`;
}
