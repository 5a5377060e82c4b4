import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';

/** How far a rollout has come, in a sentence. */
export interface RolloutStatus {
  text: string;
  done: boolean;
}

interface Condition {
  type?: string;
  reason?: string;
  message?: string;
}

interface Workload extends KubeObject {
  spec?: {
    replicas?: number;
    triggers?: { type?: string }[] | null;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
  };
  status?: {
    conditions?: Condition[] | null;
    observedGeneration?: number;
    latestVersion?: number;
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    currentReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
  };
}

type ReadStatus = (workload: Workload, revision: number) => RolloutStatus;

/** The kinds that roll out, by the plural and group of their resource. */
export const rolloutStatuses: ReadonlyMap<string, ReadStatus> = new Map([
  ['deployments.apps', statusOfDeployment],
  ['daemonsets.apps', statusOfDaemonSet],
  ['statefulsets.apps', statusOfStatefulSet],
  ['deploymentconfigs.apps.openshift.io', statusOfDeploymentConfig],
]);

const waiting = (text: string): RolloutStatus => ({ text: `${text}...`, done: false });
const done = (text: string): RolloutStatus => ({ text, done: true });

function nameOf({ metadata }: Workload): string {
  return JSON.stringify(metadata?.name ?? '');
}

function conditionOf({ status }: Workload, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

function isObserved({ metadata, status }: Workload): boolean {
  return Number(metadata?.generation ?? 0) <= (status?.observedGeneration ?? 0);
}

function requireRevision(wanted: number, running: number): void {
  if (wanted > 0 && wanted !== running) {
    throw new CommandError(`desired revision (${wanted}) is different from the running revision (${running})`);
  }
}

/** New replicas first, then old ones, then their readiness; undefined when all is well. */
function replicaProgress({ spec, status = {} }: Workload, prefix: string): RolloutStatus | undefined {
  const { updatedReplicas: updated = 0, replicas = 0, availableReplicas: available = 0 } = status;
  const wanted = spec?.replicas ?? 1;
  if (updated < wanted) return waiting(`${prefix}: ${updated} out of ${wanted} new replicas have been updated`);
  if (replicas > updated) return waiting(`${prefix}: ${replicas - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${prefix}: ${available} of ${updated} updated replicas are available`);
  return undefined;
}

function statusOfDeployment(deployment: Workload, revision: number): RolloutStatus {
  requireRevision(revision, Number(deployment.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0));
  if (!isObserved(deployment)) return waiting('Waiting for deployment spec update to be observed');
  const name = nameOf(deployment);
  if (conditionOf(deployment, 'Progressing')?.reason === 'ProgressDeadlineExceeded') {
    throw new CommandError(`deployment ${name} exceeded its progress deadline`);
  }
  const progress = replicaProgress(deployment, `Waiting for deployment ${name} rollout to finish`);
  return progress ?? done(`deployment ${name} successfully rolled out`);
}

function requireRollingUpdate({ spec }: Workload): void {
  if ((spec?.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') {
    throw new CommandError('rollout status is only available for RollingUpdate strategy type');
  }
}

function statusOfDaemonSet(daemons: Workload): RolloutStatus {
  requireRollingUpdate(daemons);
  if (!isObserved(daemons)) return waiting('Waiting for daemon set spec update to be observed');
  const {
    desiredNumberScheduled: wanted = 0,
    updatedNumberScheduled: updated = 0,
    numberAvailable: available = 0,
  } = daemons.status ?? {};
  const prefix = `Waiting for daemon set ${nameOf(daemons)} rollout to finish`;
  if (updated < wanted) return waiting(`${prefix}: ${updated} out of ${wanted} new pods have been updated`);
  if (available < wanted) return waiting(`${prefix}: ${available} of ${wanted} updated pods are available`);
  return done(`daemon set ${nameOf(daemons)} successfully rolled out`);
}

function statusOfStatefulSet(set: Workload): RolloutStatus {
  requireRollingUpdate(set);
  const status = set.status ?? {};
  if (!status.observedGeneration || !isObserved(set)) {
    return waiting('Waiting for statefulset spec update to be observed');
  }
  const wanted = set.spec?.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0, currentReplicas: current = 0 } = status;
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready`);
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (partition > 0) {
    const due = wanted - partition;
    if (updated >= due) return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
    return waiting(`Waiting for partitioned roll out to finish: ${updated} out of ${due} new pods have been updated`);
  }
  if (status.updateRevision !== status.currentRevision) {
    const revision = status.updateRevision ?? '';
    return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${revision}`);
  }
  const revision = status.currentRevision ?? '';
  return done(`statefulset rolling update complete ${current} pods at revision ${revision}...`);
}

function statusOfDeploymentConfig(config: Workload, revision: number): RolloutStatus {
  const name = nameOf(config);
  const latest = config.status?.latestVersion ?? 0;
  const triggers = config.spec?.triggers ?? [];
  if (latest === 0 && triggers.some(({ type }) => type === 'ImageChange')) {
    return { text: `Deployment config ${name} waiting on image update`, done: false };
  }
  if (latest === 0 && triggers.length === 0) {
    const call = `rollout latest ${config.metadata?.name ?? ''}`;
    throw new CommandError(`Deployment config ${name} waiting on manual update (use '${call}')`);
  }
  requireRevision(revision, latest);
  const { reason, message = '' } = conditionOf(config, 'Progressing') ?? {};
  if (reason === 'NewReplicationControllerAvailable') return done(message);
  if (reason === 'ProgressDeadlineExceeded' || reason === 'RolloutCancelled') throw new CommandError(message);
  const progress = replicaProgress(config, 'Waiting for rollout to finish');
  return progress ?? waiting('Waiting for latest deployment config spec to be observed');
}
