import type { KubeObject, SubresourceDefinition } from '@faktorz/apimachinery';
import type { Rollouts } from './rollouts.js';

/** Asks for a rollout of a deployment config. */
export interface DeploymentRequest extends KubeObject {
  name?: string;
  /** Bring the images of triggers up to date first. */
  latest?: boolean;
  /** Roll out even if nothing has changed. */
  force?: boolean;
  excludeTriggers?: string[];
}

/** POST deploymentconfigs/NAME/instantiate. */
export function instantiateDeploymentConfig(rollouts: Rollouts): SubresourceDefinition {
  return {
    name: 'instantiate',
    kind: 'DeploymentRequest',
    schema: 'com.github.openshift.api.apps.v1.DeploymentRequest',
    handlers: { create: (request, context) => rollouts.instantiate(request as DeploymentRequest, context) },
  };
}
