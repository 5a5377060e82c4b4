import type { TriggerTarget } from '../target.js';

export const podTarget: TriggerTarget = {
  group: '',
  kind: 'Pod',
  plural: 'pods',
  podSpecPath: ['spec'],
};
