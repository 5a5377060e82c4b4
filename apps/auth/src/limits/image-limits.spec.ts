import { describe, expect, it } from '@jest/globals';
import { imageLimitsOf } from './image-limits.js';
import type { LimitRange, ResourceQuota } from './limits.js';

const limitRange = (...limits: object[]): LimitRange => ({
  kind: 'LimitRange',
  apiVersion: 'v1',
  metadata: { name: 'r' },
  spec: { limits },
});
const quota = (name: string, spec: ResourceQuota['spec']): ResourceQuota => ({
  kind: 'ResourceQuota',
  apiVersion: 'v1',
  metadata: { name },
  spec,
});
const ofStreams = (max: Record<string, string | number>) => limitRange({ type: 'openshift.io/ImageStream', max });
const COUNT = 'openshift.io/imagestreams';

describe('the limits of a namespace for images', () => {
  it('are none without limit ranges and quotas', () => {
    expect(imageLimitsOf([], [])).toEqual({});
  });

  it('are the smallest of each kind', () => {
    const ranges = [
      limitRange({ type: 'openshift.io/Image', max: { storage: '2Gi' } }, { type: 'Pod', max: { storage: '1' } }),
      limitRange({ type: 'openshift.io/Image', max: { storage: '900Mi' } }),
      ofStreams({ 'openshift.io/images': 20, 'openshift.io/image-tags': '5' }),
      ofStreams({ 'openshift.io/images': '9' }),
    ];
    expect(imageLimitsOf(ranges, [])).toEqual({ imageStorage: '900Mi', streamImages: '9', streamTags: '5' });
  });

  it('name the tightest quota of streams, and leave out quotas of pods', () => {
    const quotas = [
      quota('wide', { hard: { [COUNT]: 10 } }),
      quota('tight', { hard: { 'count/imagestreams.image.openshift.io': '3', pods: 1 } }),
      quota('of-pods', { hard: { [COUNT]: 1 }, scopes: ['Terminating'] }),
    ];
    const streams = { quota: 'tight', resource: 'count/imagestreams.image.openshift.io', hard: '3' };
    expect(imageLimitsOf([], quotas)).toEqual({ streams });
  });
});
