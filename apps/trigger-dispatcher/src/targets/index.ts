import { buildConfigTarget } from './build-config/build-config.target.js';
import { cronJobTarget } from './cron-job/cron-job.target.js';
import { daemonSetTarget } from './daemon-set/daemon-set.target.js';
import { deploymentTarget } from './deployment/deployment.target.js';
import { deploymentConfigTarget } from './deployment-config/deployment-config.target.js';
import { jobTarget } from './job/job.target.js';
import { podTarget } from './pod/pod.target.js';
import { podTemplateTarget } from './pod-template/pod-template.target.js';
import { replicaSetTarget } from './replica-set/replica-set.target.js';
import { replicationControllerTarget } from './replication-controller/replication-controller.target.js';
import { statefulSetTarget } from './stateful-set/stateful-set.target.js';
import { resourceOf, type TriggerTarget } from './target.js';

/** Every kind whose triggers are heeded: a new kind is one line here. */
export const triggerTargets: readonly TriggerTarget[] = [
  deploymentTarget,
  statefulSetTarget,
  daemonSetTarget,
  cronJobTarget,
  jobTarget,
  replicaSetTarget,
  replicationControllerTarget,
  podTarget,
  podTemplateTarget,
  deploymentConfigTarget,
  buildConfigTarget,
];

const byResource = new Map(triggerTargets.map((target) => [resourceOf(target), target]));

/** The kind whose objects a resource (`deployments.apps`) holds. */
export function targetOf(resource: string): TriggerTarget {
  const target = byResource.get(resource);
  if (!target) throw new Error(`no trigger target keeps ${resource}`);
  return target;
}
