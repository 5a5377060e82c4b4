import { annotationNotation } from '../../trigger/annotation-notation.js';
import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const jobTarget: TriggerTarget = {
  group: 'batch',
  kind: 'Job',
  plural: 'jobs',
  notation: annotationNotation(TEMPLATE_POD_SPEC),
};
