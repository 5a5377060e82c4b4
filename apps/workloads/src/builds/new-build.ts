import { randomUUID } from 'node:crypto';
import { badRequest } from '@faktorz/apimachinery';
import { strategyPart } from '../openshift/build-strategy.js';
import { build } from '../openshift/build.js';
import type { Build, BuildConfig, BuildRequest, BuildSpec, EnvVar } from '../openshift/build.types.js';
import { numberedName, ownerLabel } from '../openshift/dependent-names.js';
import type { ObjectReference } from '../openshift/object-reference.js';
import type { ObjectMeta } from '@faktorz/apimachinery';

/** Annotations and labels by which clients know the builds of a config (OpenShift's build API). */
export const BUILD = {
  config: 'openshift.io/build-config.name',
  number: 'openshift.io/build.number',
  cloneOf: 'openshift.io/build.clone-of',
  podName: 'openshift.io/build.pod-name',
  configLabel: 'buildconfig',
  runPolicy: 'openshift.io/build.start-policy',
} as const;

const NOT_RUN = 'builds are kept here, not run: the phase is what a builder writes';

/** The next build of a config, whose `status.lastVersion` is its number; `imageOf` says what its references mean. */
export function buildOfConfig(
  config: BuildConfig,
  request: BuildRequest,
  imageOf: (reference: ObjectReference) => string,
): Build {
  const { name, namespace = '', uid = '', labels } = config.metadata;
  const number = config.status?.lastVersion ?? 0;
  const { triggers: _triggers, runPolicy = '', ...common } = structuredClone(config.spec ?? {});
  const spec: BuildSpec = {
    ...common,
    serviceAccount: common.serviceAccount || 'builder',
    ...(request.revision && { revision: request.revision }),
    ...(request.triggeredBy && { triggeredBy: request.triggeredBy }),
  };
  delete spec['successfulBuildsHistoryLimit'];
  delete spec['failedBuildsHistoryLimit'];
  takeSource(spec, request.binary);
  for (const image of spec.source?.images ?? []) if (image.from) image.from = exactly(imageOf(image.from));
  const strategy = strategyPart(spec.strategy);
  if (strategy?.from) strategy.from = exactly(imageOf(strategy.from));
  const label = ownerLabel(name);
  return complete(
    {
      name: numberedName(name, String(number)),
      namespace,
      labels: {
        ...request.metadata.labels,
        ...labels,
        [BUILD.configLabel]: label,
        [BUILD.config]: label,
        [BUILD.runPolicy]: runPolicy,
      },
      annotations: { ...request.metadata.annotations, [BUILD.number]: String(number), [BUILD.config]: name },
      ownerReferences: [{ apiVersion: 'build.openshift.io/v1', kind: 'BuildConfig', name, uid, controller: true }],
    },
    withOptions(spec, request, `${namespace}/${name}`),
    { kind: 'BuildConfig', name, namespace },
  );
}

/** Another build like one that was; `number` is what its config counts, where it has one. */
export function buildLike(original: Build, request: BuildRequest, number: number | undefined): Build {
  const { name, namespace, labels, annotations, ownerReferences } = structuredClone(original.metadata);
  const spec: BuildSpec = { ...structuredClone(original.spec) };
  delete spec.triggeredBy;
  if (request.triggeredBy) spec.triggeredBy = request.triggeredBy;
  takeSource(spec, undefined);
  const { [BUILD.podName]: _pod, [BUILD.number]: _number, ...kept } = annotations ?? {};
  const config = original.status?.['config'] as ObjectReference | undefined;
  return complete(
    {
      name:
        number === undefined
          ? numberedName(name.replace(/-\d{10}$/, ''), String(process.hrtime.bigint()).slice(-10).padStart(10, '0'))
          : numberedName(config?.name ?? name, String(number)),
      namespace,
      labels,
      annotations: { ...kept, [BUILD.cloneOf]: name, ...(number !== undefined && { [BUILD.number]: String(number) }) },
      ownerReferences,
    },
    withOptions(spec, request, `${namespace}/${name}`),
    config,
  );
}

function complete(metadata: Omit<ObjectMeta, 'uid'>, spec: BuildSpec, config: ObjectReference | undefined): Build {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const made: Build = {
    kind: 'Build',
    apiVersion: 'build.openshift.io/v1',
    metadata: { ...metadata, uid: randomUUID(), creationTimestamp: now, generation: 1 },
    spec,
    status: {
      phase: 'New',
      message: NOT_RUN,
      ...(config && { config }),
      output: {},
      conditions: [{ type: 'New', status: 'True', lastUpdateTime: now, lastTransitionTime: now }],
    },
  };
  build.default?.(made);
  return made;
}

/** A build is made of what its request brings, or of what its config says; never of what an earlier request brought. */
function takeSource(spec: BuildSpec, binary: { asFile?: string } | undefined): void {
  const { type: _type, binary: _binary, ...source } = spec.source ?? {};
  if (!binary) {
    spec.source = source;
    return;
  }
  delete source['git'];
  if (binary.asFile === 'Dockerfile') delete source['dockerfile'];
  spec.source = { ...source, binary };
}

function withOptions(spec: BuildSpec, request: BuildRequest, about: string): BuildSpec {
  const { dockerStrategyOptions: docker, sourceStrategyOptions: source, env = [] } = request;
  const strategy = strategyPart(spec.strategy);
  if (strategy && env.length > 0) strategy.env = overlaid(strategy.env, env);
  if (docker && (docker.buildArgs?.length || docker.noCache !== undefined)) {
    const part = spec.strategy?.dockerStrategy;
    if (!part) throw badRequest(`Cannot specify Docker build specific options on ${about}, not a Docker build.`);
    if (docker.buildArgs?.length) part.buildArgs = overlaid(part.buildArgs, docker.buildArgs);
    if (docker.noCache !== undefined) part['noCache'] = docker.noCache;
  }
  if (source?.incremental !== undefined) {
    const part = spec.strategy?.sourceStrategy;
    if (!part) throw badRequest(`Cannot specify Source build specific options on ${about}, not a Source build.`);
    part['incremental'] = source.incremental;
  }
  return spec;
}

function overlaid(before: readonly EnvVar[] = [], added: readonly EnvVar[]): EnvVar[] {
  return [...before.filter(({ name }) => !added.some((variable) => variable.name === name)), ...added];
}

function exactly(image: string): ObjectReference {
  return { kind: 'DockerImage', name: image };
}
