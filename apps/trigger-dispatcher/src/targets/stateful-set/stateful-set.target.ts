import { annotationNotation } from '../../trigger/annotation-notation.js';
import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const statefulSetTarget: TriggerTarget = {
  group: 'apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  notation: annotationNotation(TEMPLATE_POD_SPEC),
};
