import { DEPLOYMENT_CONFIGS } from '../../client/known-resources.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { dryRunOf } from '../../resources/dry-run.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';
import { isUnderWay, namedConfig, rolloutPhase, rolloutsOf, rolloutVersion } from '../../workloads/rollouts.js';

export const command: Command = {
  usage: 'rollout latest DEPLOYMENTCONFIG [options]',
  description: 'Begin a rollout of a deployment config, with the newest images of its triggers.',
  examples: ['rollout latest dc/shop'],
  flags: [
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'again', kind: 'bool', usage: 'Roll out what is there, without looking for newer images.' },
  ],
  run: rolloutLatest,
};

async function rolloutLatest(call: Call): Promise<void> {
  const { flags, session } = call;
  const dryRun = dryRunOf(flags);
  const config = await namedConfig(call);
  if (config.spec?.paused) throw new CommandError('cannot deploy a paused deployment config');
  const client = await session.client();
  const version = config.status?.latestVersion ?? 0;
  const latest = (await rolloutsOf(client, config)).find((rollout) => rolloutVersion(rollout) === version);
  if (latest && isUnderWay(latest)) {
    throw new CommandError(`#${version} is already in progress (${rolloutPhase(latest)}).`);
  }
  const { name = '', namespace } = config.metadata ?? {};
  const request = {
    kind: 'DeploymentRequest',
    apiVersion: 'apps.openshift.io/v1',
    name,
    latest: !flags.bool('again'),
    force: true,
  };
  const query = { dryRun: dryRun === 'server' ? 'All' : undefined };
  const path = resourcePath(DEPLOYMENT_CONFIGS, namespace, name, 'instantiate');
  const rolledOut = dryRun === 'client' ? config : await client.object({ method: 'POST', path, query, body: request });
  new ChangePrinter(call, dryRun).print(rolledOut, DEPLOYMENT_CONFIGS, 'rolled out');
}
