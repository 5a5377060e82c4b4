import { describe, expect, it } from '@jest/globals';
import type { DeploymentConfig, DeploymentTrigger } from '../openshift/deployment-config.types.js';
import { causesInWords, hasUnresolvedImages, rolloutCauses } from './rollout-causes.js';

const image = (name: string, lastTriggeredImage?: string, automatic = true) => ({
  type: 'ImageChange',
  imageChangeParams: {
    automatic,
    containerNames: ['web'],
    from: { kind: 'ImageStreamTag', namespace: 'team', name },
    ...(lastTriggeredImage && { lastTriggeredImage }),
  },
});
const onConfig = { type: 'ConfigChange' };
const config = (triggers: DeploymentTrigger[], latestVersion = 1, shown = 'a'): DeploymentConfig => ({
  kind: 'DeploymentConfig',
  apiVersion: 'apps.openshift.io/v1',
  metadata: { name: 'web', namespace: 'team' },
  spec: { triggers, template: { spec: { containers: [{ name: 'web', image: shown }] } } },
  status: { latestVersion },
});
const causes = (now: DeploymentConfig, before?: DeploymentConfig) =>
  rolloutCauses(now, before).map(({ type, imageTrigger }) => imageTrigger?.from.name ?? type);

describe('a deployment config is rolled out', () => {
  it.each([
    ['first, for its images', config([onConfig, image('x:1', 'a')], 0), undefined, ['x:1']],
    ['first, for its configuration', config([onConfig], 0), undefined, ['ConfigChange']],
    [
      'first, for a manual trigger beside its configuration',
      config([onConfig, image('x:1', 'a', false)], 0),
      undefined,
      ['ConfigChange'],
    ],
    ['never by itself without triggers', config([], 0), undefined, []],
    [
      'for another image',
      config([onConfig, image('x:1', 'b')], 1, 'b'),
      config([onConfig, image('x:1', 'a')]),
      ['x:1'],
    ],
    ['for another template', config([onConfig], 1, 'b'), config([onConfig]), ['ConfigChange']],
    [
      'not for another template where only images count',
      config([image('x:1', 'a')], 1, 'b'),
      config([image('x:1', 'a')]),
      [],
    ],
    [
      'not for another image of a manual trigger',
      config([image('x:1', 'b', false)]),
      config([image('x:1', 'a', false)]),
      [],
    ],
    ['not when nothing has changed', config([onConfig, image('x:1', 'a')]), config([onConfig, image('x:1', 'a')]), []],
    [
      'for a new trigger, which has all follow',
      config([image('x:1', 'a'), image('y:1', 'c')]),
      config([image('x:1', 'a')]),
      ['x:1', 'y:1'],
    ],
    [
      'for those from the first that changed',
      config([image('x:1', 'a'), image('y:1', 'd'), image('z:1', 'e')]),
      config([image('x:1', 'a'), image('y:1', 'c'), image('z:1', 'e')]),
      ['y:1', 'z:1'],
    ],
  ] as const)('%s', (_when, now, before, expected) => {
    expect(causes(now, before)).toEqual(expected);
  });

  it.each([
    ['a trigger without an image', config([image('x:1')]), true],
    ['a blank container', config([onConfig], 1, ' '), true],
    ['neither', config([image('x:1', 'a')]), false],
  ])('not as long as there is %s', (_what, now, expected) => {
    expect(hasUnresolvedImages(now)).toBe(expected);
  });

  it('and says so in words', () => {
    const words = (['ImageChange', 'ConfigChange', 'Manual'] as const).map((type) => causesInWords([{ type }]));
    expect(words).toEqual(['image change', 'config change', 'manual change']);
  });
});
