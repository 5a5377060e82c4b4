import { randomUUID } from 'node:crypto';
import { replicationController } from '../apps/replication-controller.js';
import { numberedLabel, numberedName, ownerLabel } from '../openshift/dependent-names.js';
import { type DeploymentConfig, latestVersionOf } from '../openshift/deployment-config.types.js';
import type { Workload } from '../pod/pod-spec.js';

/** Annotations by which clients know the replication controller of a rollout (OpenShift's apps API). */
export const ROLLOUT = {
  config: 'openshift.io/deployment-config.name',
  version: 'openshift.io/deployment-config.latest-version',
  encodedConfig: 'openshift.io/encoded-deployment-config',
  phase: 'openshift.io/deployment.phase',
  cancelled: 'openshift.io/deployment.cancelled',
  reason: 'openshift.io/deployment.status-reason',
  replicas: 'openshift.io/deployment.replicas',
  name: 'openshift.io/deployment.name',
  desiredReplicas: 'kubectl.kubernetes.io/desired-replicas',
} as const;

/** Labels of the pods of a rollout. */
const POD_CONFIG_LABEL = 'deploymentconfig';
const POD_ROLLOUT_LABEL = 'deployment';

const ENDED = ['Complete', 'Failed'];

/** What the replication controller of a rollout is called. */
export function rolloutName(configName: string, version: number): string {
  return numberedName(configName, String(version));
}

/** The replication controller of a config's latest version: not begun, since nothing here runs pods. */
export function rolloutController(config: DeploymentConfig): Workload {
  const { name: configName, namespace, uid = '', labels, annotations } = config.metadata;
  const { spec = {} } = config;
  const version = latestVersionOf(config);
  const name = rolloutName(configName, version);
  const message = config.status?.details?.message;
  const template = structuredClone(spec.template ?? {});
  const label = ownerLabel(configName);
  const ofPods = { [POD_CONFIG_LABEL]: label, [POD_ROLLOUT_LABEL]: numberedLabel(configName, String(version)) };
  for (const container of template.spec?.containers ?? []) container.image = container.image?.trim();
  const controller: Workload = {
    kind: 'ReplicationController',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: randomUUID(),
      creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      generation: 1,
      labels: { ...labels, [ROLLOUT.config]: label },
      annotations: {
        [ROLLOUT.desiredReplicas]: String(spec.replicas ?? 0),
        [ROLLOUT.config]: configName,
        [ROLLOUT.version]: String(version),
        [ROLLOUT.phase]: 'New',
        [ROLLOUT.replicas]: '0',
        ...(message && { [ROLLOUT.reason]: message }),
        [ROLLOUT.encodedConfig]: JSON.stringify(encodable(config)),
        ...pick(annotations, 'deployments.openshift.io/ignore-pod'),
      },
      ownerReferences: [
        {
          apiVersion: 'apps.openshift.io/v1',
          kind: 'DeploymentConfig',
          name: configName,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      replicas: 0,
      ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, ...ofPods },
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          labels: { ...template.metadata?.labels, ...ofPods },
          annotations: {
            ...template.metadata?.annotations,
            [ROLLOUT.name]: name,
            [ROLLOUT.config]: configName,
            [ROLLOUT.version]: String(version),
          },
        },
      },
    },
    status: { replicas: 0 },
  };
  replicationController.default?.(controller);
  return controller;
}

/** The config a rollout was made of; undefined when the annotation does not tell. */
export function configOfRollout({ metadata }: Workload): DeploymentConfig | undefined {
  try {
    return JSON.parse(metadata.annotations?.[ROLLOUT.encodedConfig] ?? '') as DeploymentConfig;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function versionOfRollout({ metadata }: Workload): number {
  return Number(metadata.annotations?.[ROLLOUT.version] ?? 0);
}

export function phaseOfRollout({ metadata }: Workload): string {
  return metadata.annotations?.[ROLLOUT.phase] ?? '';
}

export function isCancelled({ metadata }: Workload): boolean {
  return metadata.annotations?.[ROLLOUT.cancelled] === 'true';
}

export function hasEnded(controller: Workload): boolean {
  return ENDED.includes(phaseOfRollout(controller));
}

/** A rollout that nothing has begun and nothing will: as the deployer leaves one that was cancelled. */
export function cancelledRollout(controller: Workload, reason: string): Workload {
  const { metadata } = controller;
  const annotations = {
    ...metadata.annotations,
    [ROLLOUT.cancelled]: 'true',
    [ROLLOUT.phase]: 'Failed',
    [ROLLOUT.reason]: reason,
  };
  return { ...controller, metadata: { ...metadata, annotations } };
}

/** The config as it is kept with a rollout: without what later writes add to its metadata. */
function encodable(config: DeploymentConfig): DeploymentConfig {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = config.metadata;
  return { ...config, metadata };
}

function pick(annotations: Record<string, string> | undefined, name: string): Record<string, string> {
  const value = annotations?.[name];
  return value === undefined ? {} : { [name]: value };
}
