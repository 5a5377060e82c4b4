import { annotationNotation } from '../../trigger/annotation-notation.js';
import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const replicationControllerTarget: TriggerTarget = {
  group: '',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  notation: annotationNotation(TEMPLATE_POD_SPEC),
};
