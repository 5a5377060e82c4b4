import type { SubresourceDefinition } from '@faktorz/apimachinery';
import type { DeploymentRequest } from './deployment-request.types.js';
import type { Rollouts } from './rollouts.js';

/** POST deploymentconfigs/NAME/instantiate. */
export function instantiateDeploymentConfig(rollouts: Rollouts): SubresourceDefinition {
  return {
    name: 'instantiate',
    kind: 'DeploymentRequest',
    schema: 'com.github.openshift.api.apps.v1.DeploymentRequest',
    handlers: { create: (request, context) => rollouts.instantiate(request as DeploymentRequest, context) },
  };
}
