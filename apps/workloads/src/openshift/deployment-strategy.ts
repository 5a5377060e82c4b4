import type { FieldError } from '@faktorz/apimachinery';
import { ensured } from '../kind/workload-kind.js';
import type { Open } from '../pod/pod-spec.js';

/** How a deployment config replaces its pods. */

/** Longest a rollout may take, and the wait for a pod of it, in seconds. */
const ROLLOUT_SECONDS = 21_600;
const POD_SECONDS = 600;
const ROLLING_SHARE = '25%';

const PERCENT = /^(\d+)%$/;
const TIMES = ['updatePeriodSeconds', 'intervalSeconds', 'timeoutSeconds'];

export function defaultStrategy(strategy: Open): void {
  strategy['type'] ||= 'Rolling';
  strategy['resources'] ??= {};
  strategy['activeDeadlineSeconds'] ??= ROLLOUT_SECONDS;
  if (strategy['type'] === 'Rolling') {
    const rolling = ensured(strategy, 'rollingParams');
    rolling['updatePeriodSeconds'] ??= 1;
    rolling['intervalSeconds'] ??= 1;
    rolling['timeoutSeconds'] ??= POD_SECONDS;
    if (rolling['maxUnavailable'] === undefined && rolling['maxSurge'] === undefined) {
      rolling['maxUnavailable'] = ROLLING_SHARE;
      rolling['maxSurge'] = ROLLING_SHARE;
    }
    rolling['maxUnavailable'] ??= 0;
    rolling['maxSurge'] ??= 0;
  }
  if (strategy['type'] === 'Recreate') ensured(strategy, 'recreateParams')['timeoutSeconds'] ??= POD_SECONDS;
}

/** What is wrong with a strategy that has its defaults. */
export function strategyErrors(strategy: Open | undefined): FieldError[] {
  const field = 'spec.strategy';
  const deadline = positive(strategy, 'activeDeadlineSeconds', field);
  switch (strategy?.['type']) {
    case 'Rolling':
      return [...deadline, ...rollingErrors(strategy['rollingParams'] as Open | undefined, `${field}.rollingParams`)];
    case 'Recreate':
      return [
        ...deadline,
        ...positive(strategy['recreateParams'] as Open | undefined, 'timeoutSeconds', `${field}.recreateParams`),
      ];
    case 'Custom':
      if (strategy['customParams']) return deadline;
      return [...deadline, { field: `${field}.customParams`, type: 'Required', detail: '' }];
    default: {
      const detail = 'must be Rolling, Recreate or Custom';
      return [...deadline, { field: `${field}.type`, type: 'Invalid', value: strategy?.['type'] ?? '', detail }];
    }
  }
}

function rollingErrors(params: Open | undefined, field: string): FieldError[] {
  const errors = TIMES.flatMap((name) => positive(params, name, field));
  const shares = ['maxUnavailable', 'maxSurge'].map((name) => [name, share(params?.[name])] as const);
  for (const [name, value] of shares) {
    if (value === undefined || (name === 'maxUnavailable' && value.isPercent && value.amount > 100)) {
      const detail = 'must be a number of pods, or a percentage';
      errors.push({ field: `${field}.${name}`, type: 'Invalid', value: params?.[name], detail });
    }
  }
  if (shares.every(([, value]) => value?.amount === 0)) {
    const detail = 'cannot be 0 when maxSurge is 0 as well';
    errors.push({ field: `${field}.maxUnavailable`, type: 'Invalid', value: params?.['maxUnavailable'], detail });
  }
  return errors;
}

/** `3` or `25%`; undefined for anything else. */
function share(value: unknown): { amount: number; isPercent: boolean } | undefined {
  if (typeof value === 'number') return value < 0 ? undefined : { amount: value, isPercent: false };
  const percent = typeof value === 'string' ? PERCENT.exec(value)?.[1] : undefined;
  return percent === undefined ? undefined : { amount: Number(percent), isPercent: true };
}

function positive(params: Open | undefined, name: string, path: string): FieldError[] {
  const value = params?.[name];
  if (typeof value !== 'number' || value > 0) return [];
  return [{ field: `${path}.${name}`, type: 'Invalid', value, detail: 'must be greater than 0' }];
}
