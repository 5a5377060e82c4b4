import { DEPLOYMENT_CONFIGS } from '../../client/known-resources.js';
import type { KubeObject } from '../../client/kube-object.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError, throwCollected } from '../../errors.js';
import { dryRunOf } from '../../resources/dry-run.js';
import { patchObjects, type ReadObject } from '../../resources/patch-objects.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS } from '../../resources/selection-flags.js';
import { quotedName, readRollouts } from '../../workloads/change-rollouts.js';
import { revisionsOf, templateToReturnTo } from '../../workloads/deployment-history.js';
import { type PodTemplate, withPodTemplate } from '../../workloads/pod-template.js';
import { namedConfig } from '../../workloads/rollouts.js';

export const command: Command = {
  usage: 'rollout undo (DEPLOYMENTCONFIG | TYPE NAME | TYPE/NAME) [options]',
  description:
    'Give a deployment or deployment config the pods of an earlier rollout. The image triggers of a deployment config are turned off, or the newest images would come back at once; "set triggers --auto" turns them on. Those of a deployment stay on.',
  examples: ['rollout undo dc/shop', 'rollout undo dc/shop --to-revision=3', 'rollout undo deploy/web'],
  flags: [
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'to-revision', kind: 'int', default: 0, usage: 'The rollout to go back to; 0: the one before the latest.' },
  ],
  run: undoRollout,
};

async function undoRollout(call: Call): Promise<void> {
  if (isConfig(call.args)) return undoConfig(call);
  const client = await call.session.client();
  const wanted = call.flags.int('to-revision');
  const templates = new Map<string, PodTemplate>();
  const objects = await readRollouts(call, 'rollout undo');
  for (const one of objects) {
    if (one.object.kind !== 'Deployment') throw new CommandError(`${quotedName(one)} cannot be rolled back`);
    templates.set(one.name, templateToReturnTo(one, await revisionsOf(client, one.object), wanted));
  }
  const change = (object: KubeObject, { name }: ReadObject) => withPodTemplate(object, templates.get(name) ?? {});
  const words = { done: 'rolled back', failed: 'failed to roll back', manager: 'kubectl-rollout' };
  throwCollected(await patchObjects(call, objects, change, words));
}

/** A bare name is that of a deployment config. */
function isConfig(args: readonly string[]): boolean {
  const [word = ''] = args;
  return args.length === 1 && (!word.includes('/') || /^(dc|deploymentconfigs?)[./]/.test(word));
}

async function undoConfig(call: Call): Promise<void> {
  const { flags, session } = call;
  const dryRun = dryRunOf(flags);
  const { name = '', namespace } = (await namedConfig(call)).metadata ?? {};
  const client = await session.client();
  const rollback = {
    kind: 'DeploymentConfigRollback',
    apiVersion: 'apps.openshift.io/v1',
    name,
    spec: { from: {}, revision: flags.int('to-revision'), includeTemplate: true },
  };
  const body = await client.object({
    method: 'POST',
    path: resourcePath(DEPLOYMENT_CONFIGS, namespace, name, 'rollback'),
    body: rollback,
  });
  const path = resourcePath(DEPLOYMENT_CONFIGS, namespace, name);
  const query = { dryRun: dryRun === 'server' ? 'All' : undefined };
  const undone = dryRun === 'client' ? body : await client.object({ method: 'PUT', path, query, body });
  new ChangePrinter(call, dryRun).print(undone, DEPLOYMENT_CONFIGS, 'rolled back');
}
