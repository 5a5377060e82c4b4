import { daemonSet } from '../apps/daemon-set.js';
import { deployment } from '../apps/deployment.js';
import { replicaSet } from '../apps/replica-set.js';
import { replicationController } from '../apps/replication-controller.js';
import { statefulSet } from '../apps/stateful-set.js';
import { cronJob } from '../batch/cron-job.js';
import { job } from '../batch/job.js';
import { build } from '../openshift/build.js';
import { buildConfig } from '../openshift/build-config.js';
import { deploymentConfig } from '../openshift/deployment-config.js';
import { pod } from '../pod/pod.js';
import { podTemplate } from '../pod/pod-template.js';
import type { WorkloadKind } from './workload-kind.js';

/** Every kind this service keeps, in the order of its discovery: a new kind is one line here. */
export const workloadKinds: readonly WorkloadKind[] = [
  pod,
  podTemplate,
  replicationController,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  cronJob,
  job,
  deploymentConfig,
  build,
  buildConfig,
];
