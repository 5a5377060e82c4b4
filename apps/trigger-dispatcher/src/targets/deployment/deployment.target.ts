import { annotationNotation } from '../../trigger/annotation-notation.js';
import { TEMPLATE_POD_SPEC, type TriggerTarget } from '../target.js';

export const deploymentTarget: TriggerTarget = {
  group: 'apps',
  kind: 'Deployment',
  plural: 'deployments',
  notation: annotationNotation(TEMPLATE_POD_SPEC),
};
