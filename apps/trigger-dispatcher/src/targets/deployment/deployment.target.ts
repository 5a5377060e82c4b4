import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const deploymentTarget: TriggerTarget = {
  group: 'apps',
  kind: 'Deployment',
  plural: 'deployments',
  podSpecPath: TEMPLATE_POD_SPEC,
};
