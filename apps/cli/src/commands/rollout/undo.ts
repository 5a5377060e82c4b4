import { DEPLOYMENT_CONFIGS } from '../../client/known-resources.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { dryRunOf } from '../../resources/dry-run.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';
import { namedConfig } from '../../workloads/rollouts.js';

export const command: Command = {
  usage: 'rollout undo DEPLOYMENTCONFIG [options]',
  description:
    'Give a deployment config the pods of an earlier rollout. Its image triggers are turned off, or the newest images would come back at once; "set triggers --auto" turns them on.',
  examples: ['rollout undo dc/shop', 'rollout undo dc/shop --to-revision=3'],
  flags: [
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'to-revision', kind: 'int', default: 0, usage: 'The rollout to go back to; 0: the one before the latest.' },
  ],
  run: undoRollout,
};

async function undoRollout(call: Call): Promise<void> {
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
