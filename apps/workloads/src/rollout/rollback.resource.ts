import type {
  KubeObject,
  ResourceDefinition,
  ResourceHandlers,
  SchemaLibrary,
  SubresourceDefinition,
} from '@faktorz/apimachinery';
import type { DeploymentConfigRollback, Rollbacks } from './rollbacks.js';

const about = {
  kind: 'DeploymentConfigRollback',
  schema: 'com.github.openshift.api.apps.v1.DeploymentConfigRollback',
};

/** POST deploymentconfigs/NAME/rollback. */
export function rollbackOfConfig(rollbacks: Rollbacks): SubresourceDefinition {
  return { name: 'rollback', ...about, handlers: handlersOf(rollbacks) };
}

/** POST deploymentconfigrollbacks: the same, at the place older clients ask. */
export function rollbackResource(rollbacks: Rollbacks, schemas: SchemaLibrary): ResourceDefinition {
  return {
    group: 'apps.openshift.io',
    version: 'v1',
    plural: 'deploymentconfigrollbacks',
    singular: 'deploymentconfigrollback',
    namespaced: true,
    stored: false,
    schemas,
    ...about,
    handlers: handlersOf(rollbacks),
  };
}

/** A rollback comes in, and a deployment config goes out. */
function handlersOf(rollbacks: Rollbacks): ResourceHandlers<KubeObject> {
  return { create: (rollback, context) => rollbacks.make(rollback as DeploymentConfigRollback, context) };
}
