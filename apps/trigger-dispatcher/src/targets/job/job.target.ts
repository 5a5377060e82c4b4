import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const jobTarget: TriggerTarget = {
  group: 'batch',
  kind: 'Job',
  plural: 'jobs',
  podSpecPath: TEMPLATE_POD_SPEC,
};
