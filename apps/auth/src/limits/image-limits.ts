import { type ImageLimits, quantityValue } from '@faktorz/domain';
import type { LimitRange, ResourceQuota } from './limits.js';

/** Names a quota may count image streams under. */
const STREAM_COUNTS = ['openshift.io/imagestreams', 'count/imagestreams.image.openshift.io'];

/** What all limit ranges and quotas of one namespace allow of images: of several limits the smallest. */
export function imageLimitsOf(ranges: readonly LimitRange[], quotas: readonly ResourceQuota[]): ImageLimits {
  const [streams] = quotas.flatMap(streamCounts).sort((a, b) => valueOf(a.hard) - valueOf(b.hard));
  return {
    imageStorage: smallestMax(ranges, 'openshift.io/Image', 'storage'),
    streamImages: smallestMax(ranges, 'openshift.io/ImageStream', 'openshift.io/images'),
    streamTags: smallestMax(ranges, 'openshift.io/ImageStream', 'openshift.io/image-tags'),
    streams,
  };
}

function smallestMax(ranges: readonly LimitRange[], type: string, resource: string): string | undefined {
  return ranges
    .flatMap(({ spec }) => spec?.limits ?? [])
    .flatMap((item) => (item.type === type ? (item.max?.[resource] ?? []) : []))
    .map(String)
    .sort((a, b) => valueOf(a) - valueOf(b))[0];
}

/** Scopes choose among pods, so a quota that has any counts nothing else. */
function streamCounts({ metadata, spec }: ResourceQuota): NonNullable<ImageLimits['streams']>[] {
  if (spec?.scopeSelector || (spec?.scopes?.length ?? 0) > 0) return [];
  return STREAM_COUNTS.flatMap((resource) => {
    const hard = spec?.hard?.[resource];
    return hard === undefined ? [] : [{ quota: metadata.name, resource, hard: String(hard) }];
  });
}

function valueOf(quantity: string): number {
  return quantityValue(quantity) ?? Infinity;
}
