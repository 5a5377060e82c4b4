import { type FieldError, invalid, type KubeObject, type RequestContext } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import { type DeploymentConfig, imageTriggersOf, latestVersionOf } from '../openshift/deployment-config.types.js';
import type { ObjectReference } from '../openshift/object-reference.js';
import { configOfRollout, rolloutName } from './rollout-controller.js';
import { RolloutStore } from './rollout.store.js';

/** Asks what a deployment config would look like if it went back to an earlier rollout. */
export interface DeploymentConfigRollback extends KubeObject {
  name?: string;
  updatedAnnotations?: Record<string, string>;
  spec?: {
    from?: ObjectReference;
    /** The rollout to go back to; 0: the one before the latest. */
    revision?: number;
    includeTriggers?: boolean;
    includeTemplate?: boolean;
    includeReplicationMeta?: boolean;
    includeStrategy?: boolean;
  };
}

/** Makes the config of an earlier rollout, for the client to store. */
@Injectable()
export class Rollbacks {
  constructor(private readonly store: RolloutStore) {}

  async make(rollback: DeploymentConfigRollback, { namespace = '' }: RequestContext): Promise<DeploymentConfig> {
    const { name = '', spec = {}, updatedAnnotations } = rollback;
    const revision = spec.revision ?? 0;
    if (name === '') {
      throw refused(name, [{ field: 'name', type: 'Required', detail: 'name of the deployment config is missing' }]);
    }
    if (revision < 0) {
      throw refused(name, [
        { field: 'spec.revision', type: 'Invalid', value: revision, detail: 'must be non-negative' },
      ]);
    }
    const config = await this.store.config({ namespace, name });
    if (!config) throw unable(name, `deploymentconfigs.apps.openshift.io "${name}" not found`);
    const earlier = await this.earlier(config, revision);
    return undone(config, earlier, spec, updatedAnnotations);
  }

  private async earlier(config: DeploymentConfig, revision: number): Promise<DeploymentConfig> {
    const { name, namespace } = config.metadata;
    const latest = latestVersionOf(config);
    if (latest === 0) throw unable(name, 'cannot rollback an undeployed config');
    if (latest === 1) throw unable(name, `no previous deployment exists for "${namespace}/${name}"`);
    if (latest === revision) throw unable(name, `version ${revision} is already the latest`);
    const rollout = rolloutName(name, revision || latest - 1);
    const controller = await this.store.controller({ namespace, name: rollout });
    if (!controller) throw unable(name, `replicationcontrollers "${rollout}" not found`);
    const earlier = configOfRollout(controller);
    if (!earlier) throw unable(name, `replicationcontrollers "${rollout}" does not say which config it was made of`);
    return earlier;
  }
}

/** The config with the parts of an earlier one. Its images stay: no trigger may change them at once. */
function undone(
  config: DeploymentConfig,
  earlier: DeploymentConfig,
  parts: NonNullable<DeploymentConfigRollback['spec']>,
  annotations: Record<string, string> | undefined,
): DeploymentConfig {
  const result = structuredClone(config);
  if (annotations) result.metadata.annotations = { ...result.metadata.annotations, ...annotations };
  const { template, triggers, replicas, selector, strategy } = earlier.spec ?? {};
  result.spec = {
    ...result.spec,
    ...(parts.includeTemplate && { template }),
    ...(parts.includeTriggers && { triggers }),
    ...(parts.includeReplicationMeta && { replicas, selector }),
    ...(parts.includeStrategy && { strategy }),
  };
  for (const trigger of imageTriggersOf(result)) trigger.automatic = false;
  return result;
}

function unable(name: string, detail: string): Error {
  return refused(name, [{ field: 'name', type: 'Invalid', value: name, detail }]);
}

function refused(name: string, errors: FieldError[]): Error {
  return invalid('DeploymentConfigRollback', 'apps.openshift.io', name, errors);
}
