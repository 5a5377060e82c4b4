import type { KubeObject } from '../../client/kube-object.js';
import { alignTabs, DESCRIBE_TABS, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import { agoText } from '../../printers/durations.js';
import { readTriggers } from '../../workloads/image-triggers.js';
import { rolloutPhase, rolloutVersion } from '../../workloads/rollouts.js';
import { LabelledLines } from '../labelled-lines.js';
import { describeMetadata, withoutManifest } from '../metadata.js';
import { selectorText } from './own-lines.js';
import { podTemplateLines } from './pod-template.js';
import type { DescribedTemplate } from './pod-spec.types.js';

interface DeploymentConfig extends KubeObject {
  spec?: {
    replicas?: number;
    paused?: boolean;
    selector?: Record<string, string>;
    strategy?: { type?: string };
    template?: DescribedTemplate;
  };
  status?: { latestVersion?: number; details?: { message?: string }; conditions?: Condition[] | null };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface Rollout extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas?: number };
}

/** Earlier rollouts that are worth a line. */
const EARLIER_SHOWN = 2;

/** A deployment config in words, with its rollouts, newest first. */
export function describeDeploymentConfig(
  config: DeploymentConfig,
  rollouts: readonly KubeObject[] | undefined,
  events: string,
  now: Date,
): string {
  const { metadata = {}, spec = {}, status = {} } = config;
  const lines = new LabelledLines();
  describeMetadata(lines, withoutManifest(metadata), now);
  lines.add('Latest Version', status.latestVersion ? status.latestVersion : 'Not deployed');
  lines.add('Selector', selectorText(spec.selector));
  lines.add('Replicas', `${spec.replicas ?? 0}${spec.paused ? ' (paused)' : ''}`);
  lines.add('Triggers', triggersText(config));
  lines.add('Strategy', spec.strategy?.type);
  if (status.details?.message) lines.add('Last Change', status.details.message);
  const template = alignTabs(`Template:\n${podTemplateLines(spec.template)}`, GENERIC_DESCRIBE_TABS);
  const tail = alignTabs(`${conditionLines(status.conditions ?? [])}${events}`, GENERIC_DESCRIBE_TABS);
  return `${lines}${template}\n${alignTabs(rolloutLines(rollouts, now), DESCRIBE_TABS)}${tail}`;
}

/** `Config, Image(ruby:2.0, auto=true)`. */
export function triggersText(object: KubeObject): string {
  const { config, images, webHooks } = readTriggers(object) ?? { config: false, images: [], webHooks: [] };
  return [
    ...(config ? ['Config'] : []),
    ...images.map(
      ({ from, namespace, auto }) => `Image(${namespace ? `${namespace}/` : ''}${from}, auto=${String(auto)})`,
    ),
    ...webHooks.map(({ type }) => `Webhook(${type})`),
  ].join(', ');
}

function rolloutLines(rollouts: readonly Rollout[] | undefined, now: Date): string {
  if (!rollouts) return '';
  const [latest, ...earlier] = rollouts;
  if (!latest) return 'Latest Deployment:\t<none>\n\n';
  const others = earlier.slice(0, EARLIER_SHOWN).map((rollout) => oneRollout(rollout, '', now));
  return `${oneRollout(latest, ' (latest)', now)}${others.join('')}\n`;
}

function oneRollout(rollout: Rollout, note: string, now: Date): string {
  const { metadata = {}, spec, status } = rollout;
  return [
    `Deployment #${rolloutVersion(rollout)}${note}:\n`,
    `\tName:\t${metadata.name ?? ''}\n`,
    metadata.creationTimestamp ? `\tCreated:\t${agoText(metadata.creationTimestamp, now)}\n` : '',
    `\tStatus:\t${rolloutPhase(rollout)}\n`,
    `\tReplicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired\n`,
  ].join('');
}

function conditionLines(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return '';
  const rows = conditions.map(
    ({ type, status, reason = '', message = '' }) => `  ${type}\t${status}\t${reason}\t${message}\n`,
  );
  return `Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------\n${rows.join('')}`;
}
