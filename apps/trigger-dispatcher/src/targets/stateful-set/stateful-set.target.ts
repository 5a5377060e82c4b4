import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const statefulSetTarget: TriggerTarget = {
  group: 'apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  podSpecPath: TEMPLATE_POD_SPEC,
};
