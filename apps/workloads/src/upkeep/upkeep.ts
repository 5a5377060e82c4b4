import type { DocumentChange } from '@faktorz/persistence';
import type { WorkloadKind } from '../kind/workload-kind.js';
import { buildConfig } from '../openshift/build-config.js';
import { deploymentConfig } from '../openshift/deployment-config.js';
import type { Workload } from '../pod/pod-spec.js';

/** An object that this service itself has to look at. */
export interface UpkeepKey {
  kind: string;
  namespace: string;
  name: string;
}

/** Which object has to be looked at after a change: the changed one itself, or the one that owns it. */
export function upkeepAfter(kind: WorkloadKind, { type, object }: DocumentChange<Workload>): UpkeepKey | undefined {
  const { namespace = '', name, ownerReferences } = object.metadata;
  if (kind === deploymentConfig || (kind === buildConfig && type === 'DELETED')) {
    return { kind: kind.kind, namespace, name };
  }
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (kind.kind !== 'ReplicationController' || owner?.kind !== deploymentConfig.kind) return undefined;
  return { kind: owner.kind, namespace, name: owner.name };
}
