import { numberAt } from '../kind/workload-kind.js';
import { same } from '../kind/same-value.js';
import {
  type DeploymentCondition,
  type DeploymentConfig,
  type DeploymentConfigStatus,
  latestVersionOf,
} from '../openshift/deployment-config.types.js';
import type { Workload } from '../pod/pod-spec.js';
import { isCancelled, phaseOfRollout, versionOfRollout } from './rollout-controller.js';

type Condition = Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>;

/** The status of a config whose rollouts are these, with the generation it now answers for. */
export function deploymentStatus(
  config: DeploymentConfig,
  rollouts: readonly Workload[],
  now: Date,
): DeploymentConfigStatus {
  const latest = rollouts.find((rollout) => versionOfRollout(rollout) === latestVersionOf(config));
  const total = (key: string) => rollouts.reduce((sum, { status }) => sum + numberAt(status, key), 0);
  const available = total('availableReplicas');
  const replicas = total('replicas');
  return {
    ...config.status,
    latestVersion: latestVersionOf(config),
    observedGeneration: config.metadata.generation ?? 0,
    replicas,
    updatedReplicas: numberAt(latest?.status, 'replicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicas - available),
    readyReplicas: total('readyReplicas') || undefined,
    conditions: merged(config.status?.conditions ?? [], [availability(config, available), ...progress(latest)], now),
  };
}

/** A rollout that could not begin: `Progressing` says why. */
export function failedStatus(config: DeploymentConfig, message: string, now: Date): DeploymentConfigStatus {
  const failed: Condition = {
    type: 'Progressing',
    status: 'False',
    reason: 'ReplicationControllerCreateError',
    message,
  };
  return {
    ...config.status,
    observedGeneration: config.metadata.generation ?? 0,
    conditions: merged(config.status?.conditions ?? [], [failed], now),
  };
}

function availability({ spec }: DeploymentConfig, available: number): Condition {
  const enough = available > 0 && available >= (spec?.replicas ?? 0) - mayBeMissing(spec);
  return enough
    ? { type: 'Available', status: 'True', message: 'Deployment config has minimum availability.' }
    : { type: 'Available', status: 'False', message: 'Deployment config does not have minimum availability.' };
}

function mayBeMissing(spec: DeploymentConfig['spec']): number {
  const share = spec?.strategy?.rollingParams?.maxUnavailable ?? 0;
  if (typeof share === 'number') return share;
  return Math.floor(((spec?.replicas ?? 0) * parseFloat(share)) / 100) || 0;
}

function progress(latest: Workload | undefined): Condition[] {
  if (!latest) return [];
  const controller = `replication controller "${latest.metadata.name}"`;
  const version = versionOfRollout(latest);
  const say = (status: Condition['status'], reason: string, message: string): Condition[] => [
    { type: 'Progressing', status, ...(reason && { reason }), message },
  ];
  switch (phaseOfRollout(latest)) {
    case 'New':
      return say('True', 'NewReplicationControllerCreated', `created new ${controller} for version ${version}`);
    case 'Pending':
      return say('Unknown', '', `${controller} is waiting for its deployer to run`);
    case 'Running':
      return say('True', 'ReplicationControllerUpdated', `${controller} is progressing`);
    case 'Complete':
      return say('True', 'NewReplicationControllerAvailable', `${controller} successfully rolled out`);
    case 'Failed':
      return isCancelled(latest)
        ? say('False', 'RolloutCancelled', `rollout of ${controller} was cancelled`)
        : say('False', 'ProgressDeadlineExceeded', `${controller} has failed progressing`);
    default:
      return [];
  }
}

/** Times move only with what they are the times of. */
function merged(old: readonly DeploymentCondition[], next: readonly Condition[], now: Date): DeploymentCondition[] {
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const kept = old.filter(({ type }) => !next.some((condition) => condition.type === type));
  return [
    ...kept,
    ...next.map((condition): DeploymentCondition => {
      const before = old.find(({ type }) => type === condition.type);
      if (before) {
        const { lastUpdateTime: _updated, lastTransitionTime, ...said } = before;
        if (same(said, condition)) return before;
        if (before.status === condition.status) return { ...condition, lastUpdateTime: time, lastTransitionTime };
      }
      return { ...condition, lastUpdateTime: time, lastTransitionTime: time };
    }),
  ];
}
