import type { ObjectKey, WriteContext } from '@faktorz/apimachinery';
import { ChangeLog, type DocumentStorage } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { replicationController } from '../apps/replication-controller.js';
import { deploymentConfig } from '../openshift/deployment-config.js';
import { type DeploymentConfig } from '../openshift/deployment-config.types.js';
import type { Workload } from '../pod/pod-spec.js';
import { controllerOf, dependentsOf, letDependentsGo } from '../upkeep/dependents.js';
import { WorkloadStorages } from '../workload-storages.js';
import { deploymentStatus } from './deployment-status.js';
import { cancelledRollout, hasEnded, ROLLOUT, rolloutController, versionOfRollout } from './rollout-controller.js';

const OVERTAKEN = 'a newer rollout has begun';

/** Deployment configs and the replication controllers of their rollouts, written together or not at all. */
@Injectable()
export class RolloutStore {
  private readonly configs: DocumentStorage<Workload>;
  private readonly controllers: DocumentStorage<Workload>;

  constructor(
    private readonly log: ChangeLog,
    storages: WorkloadStorages,
  ) {
    this.configs = storages.of(deploymentConfig);
    this.controllers = storages.of(replicationController);
  }

  async config(key: ObjectKey): Promise<DeploymentConfig | undefined> {
    return this.configs.get(key);
  }

  controller(key: ObjectKey): Promise<Workload | undefined> {
    return this.controllers.get(key);
  }

  /** The rollouts of a config, oldest first. */
  async rolloutsOf({ metadata }: DeploymentConfig): Promise<Workload[]> {
    const owner = { kind: deploymentConfig.kind, namespace: metadata.namespace ?? '', name: metadata.name };
    const all = await dependentsOf(this.controllers, owner, ROLLOUT.config);
    return all
      .filter((controller) => controllerOf(controller, owner) === metadata.uid)
      .sort((a, b) => versionOfRollout(a) - versionOfRollout(b));
  }

  /** Has the rollouts of a config stay when it goes. */
  letRolloutsGo(key: { namespace: string; name: string }, writer: WriteContext): Promise<void> {
    return letDependentsGo(this.controllers, { kind: deploymentConfig.kind, ...key }, ROLLOUT.config, writer);
  }

  /** Removes the rollouts of a config that is gone, or was made anew since. */
  async removeOrphans(
    key: { namespace: string; name: string },
    uid: string | undefined,
    writer: WriteContext,
  ): Promise<void> {
    const owner = { kind: deploymentConfig.kind, ...key };
    for (const controller of await dependentsOf(this.controllers, owner, ROLLOUT.config)) {
      if (controllerOf(controller, owner) === uid) continue;
      const { namespace, name, resourceVersion = '' } = controller.metadata;
      await this.controllers.delete({ namespace, name }, resourceVersion, writer);
    }
  }

  /**
   * Begins the rollout of a config's latest version: one replication controller, the status that tells of it, and the end
   * of rollouts that were under way. Throws Conflict when the config was changed since it was read.
   */
  begin(config: DeploymentConfig, rollouts: readonly Workload[], writer: WriteContext): Promise<Workload> {
    const controller = rolloutController(config);
    const status = deploymentStatus(config, [...rollouts, controller], new Date());
    return this.log.transaction(async (tx) => {
      const written = await this.configs.updateIn(tx, { ...config, status }, writer);
      await this.controllers.createIn(tx, controller, writer);
      for (const running of rollouts.filter((rollout) => !hasEnded(rollout))) {
        await this.controllers.updateIn(tx, cancelledRollout(running, OVERTAKEN), writer);
      }
      for (const { metadata } of beyondHistory(config, rollouts)) {
        const key = { namespace: metadata.namespace, name: metadata.name };
        await this.controllers.deleteIn(tx, key, metadata.resourceVersion, writer);
      }
      return written;
    });
  }

  saveConfig(config: DeploymentConfig, writer: WriteContext): Promise<Workload> {
    return this.configs.update(config, writer);
  }

  saveController(controller: Workload, writer: WriteContext): Promise<Workload> {
    return this.controllers.update(controller, writer);
  }
}

/** Rollouts that have ended, keep no pods and are older than the config's history reaches. */
function beyondHistory({ spec }: DeploymentConfig, rollouts: readonly Workload[]): Workload[] {
  const limit = spec?.revisionHistoryLimit;
  if (limit === undefined) return [];
  const removable = rollouts.filter((rollout) => hasEnded(rollout) && !rollout.spec?.['replicas']);
  return removable.slice(0, Math.max(0, removable.length - limit));
}
