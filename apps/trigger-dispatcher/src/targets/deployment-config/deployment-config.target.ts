import type { TriggerTarget } from '../target.js';
import { deploymentConfigNotation } from './deployment-config.notation.js';

export const deploymentConfigTarget: TriggerTarget = {
  group: 'apps.openshift.io',
  kind: 'DeploymentConfig',
  plural: 'deploymentconfigs',
  notation: deploymentConfigNotation,
};
