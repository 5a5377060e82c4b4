import { annotationNotation } from '../../trigger/annotation-notation.js';
import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const daemonSetTarget: TriggerTarget = {
  group: 'apps',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  notation: annotationNotation(TEMPLATE_POD_SPEC),
};
