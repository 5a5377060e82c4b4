import { annotationNotation } from '../../trigger/annotation-notation.js';
import type { TriggerTarget } from '../target.js';

export const podTarget: TriggerTarget = {
  group: '',
  kind: 'Pod',
  plural: 'pods',
  notation: annotationNotation(['spec']),
};
