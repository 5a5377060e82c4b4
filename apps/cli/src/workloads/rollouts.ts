import type { ApiClient } from '../client/api-client.js';
import type { KubeObject } from '../client/kube-object.js';
import { DEPLOYMENT_CONFIGS, REPLICATION_CONTROLLERS } from '../client/known-resources.js';
import type { Call } from '../command.js';
import { CommandError } from '../errors.js';
import { getObject, listObjects } from '../resources/get-object.js';

export interface DeploymentConfig extends KubeObject {
  spec?: { paused?: boolean };
  status?: { latestVersion?: number };
}

const ENDED = ['Complete', 'Failed'];

/** The one deployment config a command names, `dc/NAME` or `NAME`, as it is now. */
export async function namedConfig({ args, session }: Call): Promise<DeploymentConfig> {
  const [word, ...more] = args;
  if (word === undefined || more.length > 0) {
    throw new CommandError('one deployment config name is needed as argument.');
  }
  const name = word.replace(/^(dc|deploymentconfigs?)(\.apps\.openshift\.io)?\//, '');
  if (name.includes('/')) throw new CommandError(`${word} is not a deployment config`);
  return getObject(await session.client(), DEPLOYMENT_CONFIGS, await session.namespace(), name);
}

/** The rollouts of a config, newest first. */
export async function rolloutsOf(client: ApiClient, { metadata }: DeploymentConfig): Promise<KubeObject[]> {
  const labelSelector = `openshift.io/deployment-config.name=${metadata?.name}`;
  const rollouts = await listObjects(client, REPLICATION_CONTROLLERS, metadata?.namespace, { labelSelector });
  return rollouts.sort((a, b) => rolloutVersion(b) - rolloutVersion(a));
}

export function rolloutVersion({ metadata }: KubeObject): number {
  return Number(metadata?.annotations?.['openshift.io/deployment-config.latest-version'] ?? 0);
}

export function rolloutPhase({ metadata }: KubeObject): string {
  return metadata?.annotations?.['openshift.io/deployment.phase'] ?? '';
}

export function isUnderWay(rollout: KubeObject): boolean {
  return !ENDED.includes(rolloutPhase(rollout));
}
