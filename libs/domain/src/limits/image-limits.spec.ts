import { describe, expect, it } from '@jest/globals';
import {
  type ImageLimits,
  imageSizeProblem,
  streamImagesProblem,
  streamQuotaProblem,
  streamTagsProblem,
} from './image-limits.js';

const limits: ImageLimits = {
  imageStorage: '1Ki',
  streamImages: '2',
  streamTags: '2',
  streams: { quota: 'few', resource: 'openshift.io/imagestreams', hard: '3' },
};

describe('limits of images', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['let an image be as large as the limit', imageSizeProblem(1024, limits), undefined],
    [
      'refuse a larger one',
      imageSizeProblem(2048, limits),
      'requested usage of storage exceeds the maximum limit per openshift.io/Image (2Ki > 1Ki)',
    ],
    ['let a stream reach its limit', streamImagesProblem({ before: 1, after: 2 }, limits), undefined],
    [
      'refuse an image beyond it',
      streamImagesProblem({ before: 2, after: 3 }, limits),
      'requested usage of openshift.io/images exceeds the maximum limit per openshift.io/ImageStream (3 > 2)',
    ],
    ['let what is beyond it shrink', streamImagesProblem({ before: 9, after: 8 }, limits), undefined],
    ['let what is beyond it stay', streamTagsProblem({ before: 9, after: 9 }, limits), undefined],
    [
      'refuse a source beyond it',
      streamTagsProblem({ before: 2, after: 3 }, limits),
      'requested usage of openshift.io/image-tags exceeds the maximum limit per openshift.io/ImageStream (3 > 2)',
    ],
    ['let a quota be used up', streamQuotaProblem(2, limits), undefined],
    [
      'refuse a stream beyond the quota',
      streamQuotaProblem(3, limits),
      'exceeded quota: few, requested: openshift.io/imagestreams=1, used: openshift.io/imagestreams=3, limited: openshift.io/imagestreams=3',
    ],
    ['refuse nothing where there are none', imageSizeProblem(1e15, {}) ?? streamQuotaProblem(1e6, {}), undefined],
  ])('%s', (_, problem, expected) => {
    expect(problem).toBe(expected);
  });
});
