import { describe, expect, it } from '@jest/globals';
import { deniesExecution, ignoresExecutionRule } from './execution-rule.js';

type Annotations = Record<string, string> | null | undefined;

const DENY = 'images.openshift.io/deny-execution';

describe('an image', () => {
  it.each<{ annotations: Annotations[]; denies: boolean }>([
    { annotations: [{ [DENY]: 'true' }], denies: true },
    { annotations: [{ [DENY]: 'True' }], denies: false },
    { annotations: [{}, undefined, null], denies: false },
    { annotations: [{}, { [DENY]: 'true' }], denies: true },
    { annotations: [{ [DENY]: 'true' }, { [DENY]: 'false' }], denies: false },
  ])('annotated $annotations forbids to be run: $denies', ({ annotations, denies }) => {
    expect(deniesExecution(...annotations)).toBe(denies);
  });
});

describe('a namespace', () => {
  it.each([
    ['execution-denied', true],
    ['other,execution-denied', true],
    ['other', false],
    ['', false],
  ])('that ignores %j is spared the rule: %j', (value, spared) => {
    expect(ignoresExecutionRule({ 'alpha.image.policy.openshift.io/ignore-rules': value })).toBe(spared);
  });
});
