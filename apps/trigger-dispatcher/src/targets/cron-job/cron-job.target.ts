import type { TriggerTarget } from '../target.js';

export const cronJobTarget: TriggerTarget = {
  group: 'batch',
  kind: 'CronJob',
  plural: 'cronjobs',
  podSpecPath: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
