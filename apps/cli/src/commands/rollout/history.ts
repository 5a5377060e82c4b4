import type { ApiClient } from '../../client/api-client.js';
import { kindWithGroup } from '../../client/discovery.js';
import type { KubeObject } from '../../client/kube-object.js';
import type { Call, Command } from '../../command.js';
import { podTemplateLines } from '../../describe/workloads/pod-template.js';
import type { DescribedTemplate } from '../../describe/workloads/pod-spec.types.js';
import { CommandError } from '../../errors.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import type { ReadObject } from '../../resources/patch-objects.js';
import { FILE_FLAGS, SELECTOR_FLAGS } from '../../resources/selection-flags.js';
import { quotedName, readRollouts } from '../../workloads/change-rollouts.js';
import { revisionsOf } from '../../workloads/deployment-history.js';
import { podTemplateOf } from '../../workloads/pod-template.js';
import { rolloutPhase, rolloutsOf, rolloutVersion } from '../../workloads/rollouts.js';

export const command: Command = {
  usage: 'rollout history (TYPE NAME | TYPE/NAME) [options]',
  description:
    'List the rollouts of a deployment or deployment config. Those of a deployment are kept by the cluster that runs its pods.',
  examples: ['rollout history dc/shop', 'rollout history deploy/web --revision=3'],
  flags: [
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    { name: 'revision', kind: 'int', default: 0, usage: 'Show the pod template of this revision.' },
  ],
  run: rolloutHistory,
};

interface Entry {
  number: number;
  cells: readonly string[];
  template?: DescribedTemplate;
}

interface History {
  titles: readonly string[];
  entries: readonly Entry[];
}

async function rolloutHistory(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const revision = flags.int('revision');
  if (revision < 0) throw new CommandError(`revision must be a positive integer: ${revision}`);
  const client = await session.client();
  for (const one of await readRollouts(call, 'rollout history')) {
    const history = await historyOf(client, one);
    const head = `${kindWithGroup(one.resource)}/${one.name} ${revision > 0 ? `with revision #${revision}` : ''}`;
    const text = revision > 0 ? templateText(history, revision) : listText(history);
    terminal.out(`${head}\n${alignTabs(text, GENERIC_DESCRIBE_TABS)}\n`);
  }
}

function historyOf(client: ApiClient, one: ReadObject): Promise<History> {
  if (one.object.kind === 'Deployment') return deploymentHistory(client, one.object);
  if (one.object.kind === 'DeploymentConfig') return configHistory(client, one.object);
  throw new CommandError(`${quotedName(one)} keeps no history that can be shown`);
}

async function deploymentHistory(client: ApiClient, deployment: KubeObject): Promise<History> {
  const revisions = await revisionsOf(client, deployment);
  const entries = revisions.map(({ number, cause, template }) => ({
    number,
    cells: [cause || '<none>'],
    template: template as DescribedTemplate,
  }));
  return { titles: ['CHANGE-CAUSE'], entries };
}

async function configHistory(client: ApiClient, config: KubeObject): Promise<History> {
  const rollouts = await rolloutsOf(client, config);
  const entries = rollouts.reverse().map((rollout) => ({
    number: rolloutVersion(rollout),
    cells: [
      rolloutPhase(rollout),
      rollout.metadata?.annotations?.['openshift.io/deployment.status-reason'] || '<unknown>',
    ],
    template: podTemplateOf(rollout) as DescribedTemplate | undefined,
  }));
  return { titles: ['STATUS', 'CAUSE'], entries };
}

function listText({ titles, entries }: History): string {
  if (entries.length === 0) return 'No rollout history found.\n';
  const rows = entries.map(({ number, cells }) => [String(number), ...cells]);
  return [['REVISION', ...titles], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

function templateText({ entries }: History, revision: number): string {
  const entry = entries.find(({ number }) => number === revision);
  if (!entry) throw new CommandError(`unable to find the specified revision ${revision}`);
  return podTemplateLines(entry.template);
}
