import type { ApiClient } from '../client/api-client.js';
import type { KubeObject } from '../client/kube-object.js';
import { REPLICA_SETS } from '../client/known-resources.js';
import { CommandError } from '../errors.js';
import { listObjects } from '../resources/get-object.js';
import type { ReadObject } from '../resources/patch-objects.js';
import { quotedName } from './change-rollouts.js';
import type { PodTemplate } from './pod-template.js';

/** One of the templates a deployment has had. */
export interface Revision {
  number: number;
  cause: string;
  template: PodTemplate;
}

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
/** Added to the pods of a replica set by its controller; no part of the deployment's template. */
const TEMPLATE_HASH = 'pod-template-hash';

/** The revisions of a deployment, oldest first: the replica sets its controller has made. There are none without one. */
export async function revisionsOf(client: ApiClient, { metadata }: KubeObject): Promise<Revision[]> {
  const sets = await listObjects(client, REPLICA_SETS, metadata?.namespace, {});
  return sets
    .filter((set) => controllerUid(set) === metadata?.uid)
    .map((set) => ({
      number: Number(set.metadata?.annotations?.[REVISION] ?? 0),
      cause: set.metadata?.annotations?.[CHANGE_CAUSE] ?? '',
      template: withoutHash((set.spec as { template?: Template } | undefined)?.template ?? {}),
    }))
    .sort((a, b) => a.number - b.number);
}

/** The template of a revision; of the one before the latest when none is asked for. */
export function templateToReturnTo(of: ReadObject, revisions: readonly Revision[], wanted: number): PodTemplate {
  if ((of.object.spec as { paused?: boolean } | undefined)?.paused) {
    throw new CommandError(`${quotedName(of)} is paused, and cannot be rolled back before it is resumed`);
  }
  const revision = wanted > 0 ? revisions.find(({ number }) => number === wanted) : revisions.at(-2);
  if (revision) return revision.template;
  throw new CommandError(
    wanted > 0
      ? `unable to find specified revision ${wanted} in history`
      : `no rollout history found for deployment "${of.name}"`,
  );
}

type Template = PodTemplate & { metadata?: { labels?: Record<string, string> | null } };

function controllerUid({ metadata }: KubeObject): string | undefined {
  const owners = (metadata?.['ownerReferences'] ?? []) as { uid: string; controller?: boolean }[];
  return owners.find(({ controller }) => controller)?.uid;
}

function withoutHash(template: Template): Template {
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
