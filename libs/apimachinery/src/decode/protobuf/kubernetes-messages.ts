import { coreMessages } from './core.messages.js';
import { workloadsMessages } from './workloads.messages.js';

/** Kubernetes' messages of workloads and all they hold, by package; notation: message-fields.ts. Schemas are made of them too. */
export const kubernetesMessages: Readonly<Record<'core.v1' | 'apps.v1' | 'batch.v1', string>> = {
  'core.v1': coreMessages['core.v1'] ?? '',
  'apps.v1': workloadsMessages['apps.v1'] ?? '',
  'batch.v1': workloadsMessages['batch.v1'] ?? '',
};
