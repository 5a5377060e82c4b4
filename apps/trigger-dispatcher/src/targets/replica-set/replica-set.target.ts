import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const replicaSetTarget: TriggerTarget = {
  group: 'apps',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  podSpecPath: TEMPLATE_POD_SPEC,
};
