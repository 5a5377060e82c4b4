import { describe, expect, it } from '@jest/globals';
import { type ImagePruner, PRUNER_API_VERSION } from './image-pruner.js';
import { ImagePrunerStrategy } from './image-pruner.strategy.js';

const strategy = new ImagePrunerStrategy(() => new Date('2026-03-04T12:00:00Z'));

function pruner(spec: ImagePruner['spec']): ImagePruner {
  return { apiVersion: PRUNER_API_VERSION, kind: 'ImagePruner', metadata: { name: 'cluster' }, spec };
}

describe('ImagePrunerStrategy', () => {
  it('fills in what OpenShift has by default', () => {
    const made = pruner({});
    strategy.default(made);
    strategy.prepareForCreate(made);
    expect(made.spec).toEqual({
      keepTagRevisions: 3,
      keepYoungerThanDuration: '60m0s',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      logLevel: 'Normal',
    });
    expect(made.status).toMatchObject({ observedGeneration: 1, nextScheduleTime: '2026-03-05T00:00:00Z' });
    expect(made.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Available=True',
      'Failed=False',
      'Scheduled=True',
    ]);
    expect(strategy.validate(made)).toEqual([]);
  });

  it('is due no more while suspended', () => {
    const old = pruner({ schedule: '0 1 * * *' });
    strategy.prepareForCreate(old);
    const suspended = pruner({ schedule: '0 1 * * *', suspend: true });
    strategy.prepareForUpdate(suspended, old);
    expect(suspended.metadata.generation).toBe(2);
    expect(suspended.status?.nextScheduleTime).toBeUndefined();
    expect(suspended.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Scheduled', status: 'False', reason: 'Suspended' }),
    );
  });

  it.each([
    ['spec.schedule', { schedule: 'at night' }],
    ['spec.keepTagRevisions', { keepTagRevisions: -1 }],
    ['spec.keepYoungerThan', { keepYoungerThan: -1 }],
    ['spec.keepYoungerThanDuration', { keepYoungerThanDuration: 'an hour' }],
    ['spec.keepYoungerThanDuration', { keepYoungerThanDuration: '-5m' }],
    ['spec.successfulJobsHistoryLimit', { successfulJobsHistoryLimit: -1 }],
    ['spec.failedJobsHistoryLimit', { failedJobsHistoryLimit: 1000 }],
    ['spec.logLevel', { logLevel: 'Loud' }],
  ])('refuses a bad %s', (field, spec) => {
    expect(strategy.validate(pruner(spec))).toEqual([expect.objectContaining({ field })]);
  });

  it('knows one name', () => {
    expect(strategy.validateName('cluster')).toEqual([]);
    expect(strategy.validateName('other')).toHaveLength(1);
  });
});
