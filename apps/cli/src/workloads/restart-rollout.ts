import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import type { ReadObject } from '../resources/patch-objects.js';
import { quotedName } from './change-rollouts.js';
import { podTemplateOf, withPodTemplate } from './pod-template.js';

const RESTARTABLE = ['Deployment', 'DaemonSet', 'StatefulSet'];
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** The object with a pod template that its controller takes for a new one. */
export function restartedAt(object: KubeObject, of: ReadObject, now: Date): KubeObject {
  if (object.kind === 'DeploymentConfig') {
    throw new CommandError(`${quotedName(of)} restarting is not supported, use rollout latest ${of.name}`);
  }
  if (!RESTARTABLE.includes(object.kind ?? '')) throw new CommandError(`${quotedName(of)} restarting is not supported`);
  if ((object.spec as { paused?: boolean } | undefined)?.paused) {
    throw new CommandError(`${quotedName(of)} can't restart paused deployment (run rollout resume first)`);
  }
  const template = podTemplateOf(object) ?? {};
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const annotations = { ...template.metadata?.annotations, [RESTARTED_AT]: time };
  return withPodTemplate(object, { ...template, metadata: { ...template.metadata, annotations } });
}
