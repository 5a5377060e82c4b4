import type { KubeObject } from '../../client/kube-object.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import { agoText } from '../../printers/durations.js';
import { LabelledLines } from '../labelled-lines.js';
import { describeMetadata, withoutManifest } from '../metadata.js';
import { triggersText } from './deployment-config.js';

interface Reference {
  kind?: string;
  namespace?: string;
  name?: string;
}

interface Strategy {
  from?: Reference;
  pullSecret?: { name?: string };
  dockerfilePath?: string;
  env?: { name: string; value?: string }[];
}

interface BuildConfig extends KubeObject {
  spec?: {
    runPolicy?: string;
    source?: {
      git?: { uri?: string; ref?: string };
      dockerfile?: string;
      contextDir?: string;
      binary?: object;
      sourceSecret?: { name?: string };
    };
    strategy?: { type?: string } & Partial<Record<StrategyField, Strategy>>;
    output?: { to?: Reference; pushSecret?: { name?: string } };
    successfulBuildsHistoryLimit?: number;
    failedBuildsHistoryLimit?: number;
  };
  status?: {
    lastVersion?: number;
    imageChangeTriggers?: { lastTriggeredImageID?: string; from?: Reference }[] | null;
  };
}

interface Build extends KubeObject {
  status?: { phase?: string; duration?: number; message?: string };
}

const STRATEGIES = {
  sourceStrategy: 'Source',
  dockerStrategy: 'Docker',
  customStrategy: 'Custom',
  jenkinsPipelineStrategy: 'JenkinsPipeline',
} as const;
type StrategyField = keyof typeof STRATEGIES;

const BUILDS_SHOWN = 10;
const NANOSECONDS = 1e9;

/** A build config in words, with its builds, newest first. Secrets of its web hooks are left out. */
export function describeBuildConfig(
  config: BuildConfig,
  builds: readonly KubeObject[] | undefined,
  events: string,
  now: Date,
): string {
  const { metadata = {}, spec = {}, status = {} } = config;
  const lines = new LabelledLines();
  describeMetadata(lines, withoutManifest(metadata), now);
  lines.add('Latest Version', status.lastVersion ? status.lastVersion : 'Never built');
  lines.raw('\n');
  addStrategy(lines, spec);
  lines.raw('\n');
  lines.add('Build Run Policy', spec.runPolicy);
  lines.add('Triggered by', triggersText(config));
  for (const { lastTriggeredImageID: image, from } of status.imageChangeTriggers ?? []) {
    if (image) lines.add('Last Triggered Image', `${image}${from?.name ? ` (${from.name})` : ''}`);
  }
  lines.add('Builds History Limit', historyText(spec));
  return `${lines}\n${alignTabs(buildLines(builds, now) + events, GENERIC_DESCRIBE_TABS)}`;
}

function addStrategy(
  lines: LabelledLines,
  { source = {}, strategy = {}, output = {} }: NonNullable<BuildConfig['spec']>,
): void {
  const field = (Object.keys(STRATEGIES) as StrategyField[]).find((name) => strategy[name]);
  const { from, pullSecret, dockerfilePath, env = [] } = (field && strategy[field]) ?? {};
  lines.add('Strategy', strategy.type ?? (field && STRATEGIES[field]));
  if (source.git) lines.add('URL', source.git.uri);
  if (source.git?.ref) lines.add('Ref', source.git.ref);
  if (source.binary) lines.add('Binary', 'provided on build');
  if (source.dockerfile) lines.add('Dockerfile', `\n${source.dockerfile.trim()}`);
  if (source.contextDir) lines.add('ContextDir', source.contextDir);
  if (source.sourceSecret) lines.add('Source Secret', source.sourceSecret.name);
  if (from) lines.add('From Image', referenceText(from));
  if (dockerfilePath) lines.add('Dockerfile Path', dockerfilePath);
  if (pullSecret) lines.add('Pull Secret Name', pullSecret.name);
  if (env.length > 0) lines.add('Environment', env.map(({ name, value = '' }) => `${name}=${value}`).join('\n'));
  lines.add('Output to', output.to && referenceText(output.to));
  if (output.pushSecret) lines.add('Push Secret', output.pushSecret.name);
}

function referenceText({ kind = '', namespace, name = '' }: Reference): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

function historyText({
  successfulBuildsHistoryLimit: good,
  failedBuildsHistoryLimit: bad,
}: NonNullable<BuildConfig['spec']>): string {
  return [good === undefined ? [] : [`Successful: ${good}`], bad === undefined ? [] : [`Failed: ${bad}`]]
    .flat()
    .join('\n');
}

function buildLines(builds: readonly Build[] | undefined, now: Date): string {
  if (!builds) return '';
  if (builds.length === 0) return 'Builds:\t<none>\n';
  const rows = builds.slice(0, BUILDS_SHOWN).map(({ metadata = {}, status = {} }) => {
    const took = status.duration ? `${Math.round(status.duration / NANOSECONDS)}s` : '';
    const made = metadata.creationTimestamp ? agoText(metadata.creationTimestamp, now) : '';
    return `${metadata.name ?? ''}\t${(status.phase ?? '').toLowerCase()}\t${took}\t${made}\n`;
  });
  return `Build\tStatus\tDuration\tCreated\n${rows.join('')}\n`;
}
