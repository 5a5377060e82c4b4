import type { TriggerTarget } from '../target.js';
import { buildConfigNotation } from './build-config.notation.js';

export const buildConfigTarget: TriggerTarget = {
  group: 'build.openshift.io',
  kind: 'BuildConfig',
  plural: 'buildconfigs',
  notation: buildConfigNotation,
};
