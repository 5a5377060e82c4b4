import { cronJobTarget } from './cron-job/cron-job.target.js';
import { daemonSetTarget } from './daemon-set/daemon-set.target.js';
import { deploymentTarget } from './deployment/deployment.target.js';
import { jobTarget } from './job/job.target.js';
import { podTarget } from './pod/pod.target.js';
import { replicaSetTarget } from './replica-set/replica-set.target.js';
import { replicationControllerTarget } from './replication-controller/replication-controller.target.js';
import { statefulSetTarget } from './stateful-set/stateful-set.target.js';
import type { TriggerTarget } from './target.js';

/** Every kind whose annotation is heeded: a new kind is one line here. */
export const triggerTargets: readonly TriggerTarget[] = [
  deploymentTarget,
  statefulSetTarget,
  daemonSetTarget,
  cronJobTarget,
  jobTarget,
  replicaSetTarget,
  replicationControllerTarget,
  podTarget,
];
