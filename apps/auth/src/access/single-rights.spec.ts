import { describe, expect, it } from '@jest/globals';
import type { PolicyRule } from './rbac.js';
import { describeMissing, rulesCover } from './single-rights.js';

const rule = (verbs: string, apiGroups: string, resources: string, resourceNames = ''): PolicyRule => ({
  verbs: verbs.split(' '),
  apiGroups: apiGroups.split(' ').map((group) => (group === '-' ? '' : group)),
  resources: resources.split(' '),
  ...(resourceNames && { resourceNames: resourceNames.split(' ') }),
});

describe('rights that are missing', () => {
  it('are named by resource, with the verbs that are missing, in order', () => {
    expect(describeMissing([rule('get', '-', 'pods')], [rule('get list watch', '-', 'secrets pods')])).toEqual([
      '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "watch"]}',
    ]);
  });

  it('are named by object and by path', () => {
    const wanted = [rule('get', 'a', 'toys', 'red blue'), { verbs: ['get', 'post'], nonResourceURLs: ['/x'] }];
    expect(describeMissing([rule('get', 'a', 'toys', 'blue')], wanted)).toEqual([
      '{APIGroups:["a"], Resources:["toys"], ResourceNames:["red"], Verbs:["get"]}',
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
      '{NonResourceURLs:["/x"], Verbs:["post"]}',
    ]);
  });

  it('are none where everything is held', () => {
    const all = [rule('*', '*', '*'), { verbs: ['*'], nonResourceURLs: ['*'] }];
    expect(
      describeMissing(all, [rule('get', 'a', 'toys/colour', 'red'), { verbs: ['get'], nonResourceURLs: ['/x'] }]),
    ).toEqual([]);
  });

  it('may be held in several rules together', () => {
    expect(rulesCover([rule('get', 'a', 'toys'), rule('list', 'a', '*')], rule('get list', 'a', 'toys'))).toBe(true);
    expect(rulesCover([rule('get', 'a', 'toys', 'red')], rule('get', 'a', 'toys'))).toBe(false);
  });
});
