import { describe, expect, it } from '@jest/globals';
import { validateLimitRange, validateResourceQuota } from './limits.js';

const metadata = { name: 'x', namespace: 'blue' };
const fieldsOf = (limits: object[]) =>
  validateLimitRange({ apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits } }).map(({ field }) => field);

describe('a limit range', () => {
  it.each<[string, object[], string[]]>([
    [
      'limits streams and images',
      [
        { type: 'openshift.io/ImageStream', max: { 'openshift.io/images': 20 } },
        { type: 'openshift.io/Image', max: { storage: '1Gi' } },
      ],
      [],
    ],
    ['names its type', [{ max: { cpu: '1' } }], ['spec.limits[0].type']],
    ['names a type that can be one', [{ type: 'a b' }], ['spec.limits[0].type']],
    ['names each type once', [{ type: 'Pod' }, { type: 'Pod' }], ['spec.limits[1].type']],
    ['holds quantities', [{ type: 'Pod', max: { cpu: 'much' } }], ['spec.limits[0].max[cpu]']],
    ['holds none below 0', [{ type: 'Pod', max: { cpu: '-1' } }], ['spec.limits[0].max[cpu]']],
    [
      'has no least above its most',
      [{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1500m' } }],
      ['spec.limits[0].min[cpu]'],
    ],
    [
      'has its default within its limits',
      [{ type: 'Container', default: { cpu: '3' }, max: { cpu: '2' } }],
      ['spec.limits[0].default[cpu]'],
    ],
  ])('%s', (_case, limits, fields) => {
    expect(fieldsOf(limits)).toEqual(fields);
  });
});

describe('a resource quota', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['counts image streams', { 'openshift.io/imagestreams': '10' }, []],
    ['holds quantities', { 'openshift.io/imagestreams': 'few' }, ['spec.hard[openshift.io/imagestreams]']],
  ])('%s', (_case, hard, fields) => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } };
    expect(validateResourceQuota(quota).map(({ field }) => field)).toEqual(fields);
  });
});
