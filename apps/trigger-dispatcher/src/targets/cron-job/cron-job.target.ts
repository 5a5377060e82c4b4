import { annotationNotation } from '../../trigger/annotation-notation.js';
import type { TriggerTarget } from '../target.js';

export const cronJobTarget: TriggerTarget = {
  group: 'batch',
  kind: 'CronJob',
  plural: 'cronjobs',
  notation: annotationNotation(['spec', 'jobTemplate', 'spec', 'template', 'spec']),
};
