import { annotationNotation } from '../../trigger/annotation-notation.js';
import type { TriggerTarget } from '../target.js';

export const podTemplateTarget: TriggerTarget = {
  group: '',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  notation: annotationNotation(['template', 'spec']),
};
