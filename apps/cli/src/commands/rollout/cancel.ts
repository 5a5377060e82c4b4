import { DEPLOYMENT_CONFIGS, REPLICATION_CONTROLLERS } from '../../client/known-resources.js';
import { STRATEGIC_PATCH } from '../../client/media-types.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { shortAge } from '../../printers/durations.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { OUTPUT_FLAGS } from '../../resources/selection-flags.js';
import { isUnderWay, namedConfig, rolloutPhase, rolloutsOf, rolloutVersion } from '../../workloads/rollouts.js';

export const command: Command = {
  usage: 'rollout cancel DEPLOYMENTCONFIG [options]',
  description: 'End the rollout of a deployment config that is under way.',
  examples: ['rollout cancel dc/shop'],
  flags: [...OUTPUT_FLAGS],
  run: cancelRollout,
};

const CANCELLED = {
  'openshift.io/deployment.cancelled': 'true',
  'openshift.io/deployment.status-reason': 'cancelled by the user',
};

async function cancelRollout(call: Call): Promise<void> {
  const { session, terminal } = call;
  const config = await namedConfig(call);
  const { name, namespace } = config.metadata ?? {};
  if (config.spec?.paused) throw new CommandError(`unable to cancel paused deployment ${namespace}/${name}`);
  const client = await session.client();
  const rollouts = await rolloutsOf(client, config);
  const [latest] = rollouts;
  if (!latest) throw new CommandError(`there have been no replication controllers for ${namespace}/${name}`);
  const underWay = rollouts.filter(isUnderWay);
  for (const { metadata } of underWay) {
    const path = resourcePath(REPLICATION_CONTROLLERS, namespace, metadata?.name ?? '');
    const body = JSON.stringify({ metadata: { annotations: CANCELLED } });
    await client.object({ method: 'PATCH', path, body, contentType: STRATEGIC_PATCH });
    new ChangePrinter(call, 'none').print(config, DEPLOYMENT_CONFIGS, 'cancelling');
  }
  if (underWay.length > 0) return;
  const ended = `#${rolloutVersion(latest)} ${rolloutPhase(latest).toLowerCase()}`;
  const age = shortAge(latest.metadata?.creationTimestamp, new Date());
  terminal.out(`No rollout is in progress (latest rollout ${ended} ${age} ago)\n`);
}
