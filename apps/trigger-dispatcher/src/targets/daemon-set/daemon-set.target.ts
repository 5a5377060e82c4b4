import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const daemonSetTarget: TriggerTarget = {
  group: 'apps',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  podSpecPath: TEMPLATE_POD_SPEC,
};
