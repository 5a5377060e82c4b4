import type { FieldError } from '@faktorz/apimachinery';
import { ensured, type ImageField } from '../kind/workload-kind.js';
import type { Open } from '../pod/pod-spec.js';
import type { BuildSource, BuildStrategy, StrategyPart } from './build.types.js';
import type { ObjectReference } from './object-reference.js';

/** What builds and build configs have in common: `source`, `strategy`, `output`. */

const STRATEGIES: Readonly<Record<string, string>> = {
  dockerStrategy: 'Docker',
  sourceStrategy: 'Source',
  customStrategy: 'Custom',
  jenkinsPipelineStrategy: 'JenkinsPipeline',
};

const SOURCES: Readonly<Record<string, string>> = {
  git: 'Git',
  binary: 'Binary',
  dockerfile: 'Dockerfile',
  images: 'Image',
};

/** Fills `type` of source and strategy by what is given, and kinds of references. */
export function defaultBuildParts(spec: Open): void {
  const source = ensured(spec, 'source');
  source['type'] ||=
    Object.keys(SOURCES)
      .map((key) => (source[key] === undefined ? '' : SOURCES[key]))
      .find(Boolean) ?? 'None';
  const strategy = ensured(spec, 'strategy');
  const key = strategyKey(strategy);
  if (key) strategy['type'] ||= STRATEGIES[key];
  for (const part of ['output', 'resources', 'postCommit']) ensured(spec, part);
  const from = strategyFrom(spec);
  if (from) from.kind ||= 'ImageStreamTag';
  const to = (spec['output'] as { to?: ObjectReference }).to;
  if (to) to.kind ||= 'ImageStreamTag';
}

/** The image the strategy builds on, if it names one. */
export function strategyFrom(spec: Open | undefined): ObjectReference | undefined {
  return strategyPart(spec?.['strategy'] as BuildStrategy | undefined)?.from;
}

/** The images a build is made of: those it takes files from, and the one it builds on. */
export function buildReferences(spec: Open | undefined): ImageField[] {
  const { images = [] } = (spec?.['source'] ?? {}) as BuildSource;
  const strategy = (spec?.['strategy'] ?? {}) as BuildStrategy;
  const key = strategyKey(strategy) ?? '';
  return [
    ...images.map(({ from }, index) => ({ field: `spec.source.images[${index}].from.name`, reference: from })),
    { field: `spec.strategy.${key}.from.name`, reference: strategyPart(strategy)?.from },
  ].flatMap(({ field, reference }) => (reference ? [{ field, reference }] : []));
}

/** The one strategy that is given. */
export function strategyPart(strategy: BuildStrategy | undefined): StrategyPart | undefined {
  const key = strategy && strategyKey(strategy);
  return key ? (strategy[key] as StrategyPart) : undefined;
}

export function buildErrors(spec: Open | undefined): FieldError[] {
  const strategy = spec?.['strategy'] as Open | undefined;
  const given = Object.keys(STRATEGIES).filter((key) => strategy?.[key] !== undefined);
  if (given.length === 1) return [];
  const detail =
    'must provide a value for exactly one of sourceStrategy, customStrategy, dockerStrategy, or jenkinsPipelineStrategy';
  return [{ field: 'spec.strategy', type: 'Invalid', value: strategy ?? {}, detail }];
}

/** `Git@main`, `Binary`, …: where the source comes from. */
export function sourceText(spec: Open | undefined): string {
  const source = spec?.['source'] as ({ type?: string; git?: { ref?: string } } & Open) | undefined;
  const type = source?.type ?? '';
  return type === 'Git' && source?.git?.ref ? `Git@${source.git.ref}` : type;
}

export function strategyType(spec: Open | undefined): string {
  const type = (spec?.['strategy'] as Open | undefined)?.['type'];
  return typeof type === 'string' ? type : '';
}

function strategyKey(strategy: Open): string | undefined {
  return Object.keys(STRATEGIES).find((key) => strategy[key] !== undefined);
}
