import type { KubeObject, ResourceDefinition, SubresourceDefinition } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import { cloneBuild, instantiateBuildConfig, refusedBinary } from './builds/build-parts.js';
import { buildDetails } from './builds/build-details.js';
import { Builds } from './builds/builds.js';
import { ImageAdmission } from './image-admission/image-admission.js';
import { workloadKinds } from './kind/kinds.js';
import type { WorkloadKind } from './kind/workload-kind.js';
import { workloadResource } from './kind/workload-resource.js';
import { buildConfig } from './openshift/build-config.js';
import { build } from './openshift/build.js';
import { deploymentConfig } from './openshift/deployment-config.js';
import { instantiateDeploymentConfig } from './rollout/deployment-request.js';
import { rollbackOfConfig, rollbackResource } from './rollout/rollback.resource.js';
import { Rollbacks } from './rollout/rollbacks.js';
import { Rollouts } from './rollout/rollouts.js';
import { workloadSchemas } from './schema/workload-schemas.js';
import { WorkloadStorages } from './workload-storages.js';

/** The resources of this service. */
@Injectable()
export class ApiResources {
  constructor(
    private readonly storages: WorkloadStorages,
    private readonly admission: ImageAdmission,
    private readonly rollouts: Rollouts,
    private readonly rollbacks: Rollbacks,
    private readonly builds: Builds,
  ) {}

  /** In the order of discovery. */
  definitions(): ResourceDefinition<KubeObject>[] {
    const schemas = workloadSchemas(workloadKinds);
    return workloadKinds.flatMap((kind) => {
      const storage = this.storages.of(kind);
      const parts = this.partsOf(kind);
      const resource = workloadResource({
        kind,
        storage,
        admission: this.admission,
        schemas,
        parts,
        letGo: this.letGo(kind),
      });
      return kind === deploymentConfig ? [resource, rollbackResource(this.rollbacks, schemas)] : [resource];
    });
  }

  /** What can be done with objects of a kind beside reading and writing them. */
  private partsOf(kind: WorkloadKind): SubresourceDefinition[] {
    switch (kind) {
      case deploymentConfig:
        return [instantiateDeploymentConfig(this.rollouts), rollbackOfConfig(this.rollbacks)];
      case buildConfig:
        return [instantiateBuildConfig(this.builds), refusedBinary];
      case build:
        return [cloneBuild(this.builds), buildDetails(this.storages.of(build))];
      default:
        return [];
    }
  }

  private letGo(kind: WorkloadKind): Parameters<typeof workloadResource>[0]['letGo'] {
    if (kind === deploymentConfig) return (key, writer) => this.rollouts.letGo(key, writer);
    return kind === buildConfig ? (key, writer) => this.builds.letGo(key, writer) : undefined;
  }
}
