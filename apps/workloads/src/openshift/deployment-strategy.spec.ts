import { describe, expect, it } from '@jest/globals';
import type { Open } from '../pod/pod-spec.js';
import { defaultStrategy, strategyErrors } from './deployment-strategy.js';

function errorsOf(strategy: Open): string[] {
  defaultStrategy(strategy);
  return strategyErrors(strategy).map(({ field }) => field.replace('spec.strategy.', ''));
}

describe('the strategy of a deployment config', () => {
  it('is rolling by default, a quarter of the pods at a time', () => {
    const strategy: Open = {};
    expect(errorsOf(strategy)).toEqual([]);
    expect(strategy).toMatchObject({
      type: 'Rolling',
      activeDeadlineSeconds: 21600,
      rollingParams: { intervalSeconds: 1, timeoutSeconds: 600, maxUnavailable: '25%', maxSurge: '25%' },
    });
  });

  it.each<[string, Open, string[]]>([
    ['recreated', { type: 'Recreate' }, []],
    ['of no known type', { type: 'Jump' }, ['type']],
    ['custom without a program', { type: 'Custom' }, ['customParams']],
    ['custom', { type: 'Custom', customParams: { image: 'x' } }, []],
    ['never done', { activeDeadlineSeconds: 0 }, ['activeDeadlineSeconds']],
    ['rolling nothing', { rollingParams: { maxUnavailable: 0, maxSurge: '0%' } }, ['rollingParams.maxUnavailable']],
    ['rolling too much', { rollingParams: { maxUnavailable: '101%' } }, ['rollingParams.maxUnavailable']],
    ['rolling words', { rollingParams: { maxSurge: 'all' } }, ['rollingParams.maxSurge']],
    ['rolling less than nothing', { rollingParams: { maxSurge: -1 } }, ['rollingParams.maxSurge']],
    ['without patience', { rollingParams: { timeoutSeconds: 0 } }, ['rollingParams.timeoutSeconds']],
  ])('when %s has errors in the right places', (_what, strategy, fields) => {
    expect(errorsOf(strategy)).toEqual(fields);
  });
});
