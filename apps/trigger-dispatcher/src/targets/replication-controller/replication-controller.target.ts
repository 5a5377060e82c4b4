import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const replicationControllerTarget: TriggerTarget = {
  group: '',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  podSpecPath: TEMPLATE_POD_SPEC,
};
