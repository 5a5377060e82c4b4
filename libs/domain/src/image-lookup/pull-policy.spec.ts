import { expect, it } from '@jest/globals';
import { defaultPullPolicy } from './pull-policy.js';

const DIGEST = `sha256:${'f'.repeat(64)}`;

it.each([
  ['ruby', 'Always'],
  ['ruby:latest', 'Always'],
  [`ruby:latest@${DIGEST}`, 'Always'],
  ['quay.test:5000/team/ruby', 'Always'],
  ['[::1]:5000/ruby', 'Always'],
  ['a__b/c---d.e_f', 'Always'],
  ['Registry.test/ruby', 'Always'],
  ['ruby:2.0', 'IfNotPresent'],
  ['quay.test:5000/team/ruby:2', 'IfNotPresent'],
  [`ruby@${DIGEST}`, 'IfNotPresent'],
  [`ruby:2.0@${DIGEST}`, 'IfNotPresent'],
  ['', 'IfNotPresent'],
  [' ', 'IfNotPresent'],
  [' ruby', 'IfNotPresent'],
  ['ruby ruby', 'IfNotPresent'],
  ['Ruby', 'IfNotPresent'],
  ['ruby@x', 'IfNotPresent'],
  ['team//ruby', 'IfNotPresent'],
])('the pull policy of %j is %s', (image, policy) => {
  expect(defaultPullPolicy(image)).toBe(policy);
});
