import { annotationNotation } from '../../trigger/annotation-notation.js';
import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const replicaSetTarget: TriggerTarget = {
  group: 'apps',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  notation: annotationNotation(TEMPLATE_POD_SPEC),
};
