import {
  ApiError,
  badRequest,
  type FieldError,
  type HandlerAnswer,
  invalid,
  notFound,
  type RequestContext,
  type WriteContext,
} from '@faktorz/apimachinery';
import { serviceUser } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { PullSpecs } from '../image-lookup/pull-specs.js';
import { type DeploymentConfig, latestVersionOf, type RolloutCause } from '../openshift/deployment-config.types.js';
import type { Workload } from '../pod/pod-spec.js';
import { untilNotOvertaken } from '../upkeep/until-not-overtaken.js';
import type { DeploymentRequest } from './deployment-request.types.js';
import { deploymentStatus, failedStatus } from './deployment-status.js';
import { fillInImages, wantedTags } from './image-triggers.js';
import { causesInWords, hasUnresolvedImages, rolloutCauses } from './rollout-causes.js';
import {
  cancelledRollout,
  configOfRollout,
  hasEnded,
  isCancelled,
  ROLLOUT,
  rolloutName,
  versionOfRollout,
} from './rollout-controller.js';
import { RolloutStore } from './rollout.store.js';

/** Rolls out deployment configs: when they or their images have changed, and when asked to. */
@Injectable()
export class Rollouts {
  constructor(
    private readonly store: RolloutStore,
    private readonly pullSpecs: PullSpecs,
  ) {}

  /** What a client asks for: the config as its new rollout has it, or the news that there is nothing to roll out. */
  instantiate(request: DeploymentRequest, context: RequestContext): Promise<Workload | HandlerAnswer> {
    return untilNotOvertaken(() => this.instantiateOnce(request, context));
  }

  /** Has the rollouts of a config stay when it goes. */
  letGo(key: { namespace: string; name: string }, writer: WriteContext): Promise<void> {
    return untilNotOvertaken(() => this.store.letRolloutsGo(key, writer));
  }

  /** Begins the rollout a config is due, if any, and brings its status up to date. */
  bringUpToDate(namespace: string, name: string): Promise<void> {
    return untilNotOvertaken(() => this.lookAt(namespace, name));
  }

  private async instantiateOnce(
    request: DeploymentRequest,
    context: RequestContext,
  ): Promise<Workload | HandlerAnswer> {
    const { namespace = '', name = '' } = context;
    const config = await this.store.config({ namespace, name });
    if (!config) throw notFound('deploymentconfigs', 'apps.openshift.io', name);
    const errors = requestErrors(request, config);
    if (errors.length > 0) throw invalid('DeploymentRequest', 'apps.openshift.io', request.name ?? '', errors);
    const { force = false, latest = false, excludeTriggers: exclude = [] } = request;
    if (latest) {
      const choice = { force, exclude };
      fillInImages(config, choice, await this.pullSpecs.of(wantedTags(config, choice)));
    }
    if (hasUnresolvedImages(config)) {
      throw badRequest(`cannot trigger a deployment for "${name}" because it contains unresolved images`);
    }
    const writer = { user: context.identity.user, requestId: context.requestId };
    const rollouts = await this.store.rolloutsOf(config);
    const causes: RolloutCause[] = force ? [{ type: 'Manual' }] : rolloutCauses(config, previousOf(config, rollouts));
    if (causes.length === 0) return nothingToDo(name);
    const { generation = 1 } = config.metadata;
    const next = nextVersion({ ...config, metadata: { ...config.metadata, generation: generation + 1 } }, causes);
    return context.dryRun ? next : this.store.begin(next, rollouts, writer);
  }

  private async lookAt(namespace: string, name: string): Promise<void> {
    const writer = { user: serviceUser('workloads'), requestId: `rollout:${namespace}/${name}` };
    const config = await this.store.config({ namespace, name });
    await this.store.removeOrphans({ namespace, name }, config?.metadata.uid, writer);
    if (!config) return;
    const rollouts = await this.store.rolloutsOf(config);
    const next = dueRollout(config, rollouts);
    if (next) return this.begin(next, config, rollouts, writer);
    for (const rollout of rollouts) {
      if (!isCancelled(rollout) || hasEnded(rollout)) continue;
      const reason = rollout.metadata.annotations?.[ROLLOUT.reason] ?? 'cancelled';
      await this.store.saveController(cancelledRollout(rollout, reason), writer);
    }
    await this.store.saveConfig({ ...config, status: deploymentStatus(config, rollouts, new Date()) }, writer);
  }

  /** Somebody else's object may have the name: then the config says so. */
  private async begin(
    next: DeploymentConfig,
    config: DeploymentConfig,
    rollouts: readonly Workload[],
    writer: WriteContext,
  ): Promise<void> {
    try {
      await this.store.begin(next, rollouts, writer);
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
      await this.store.saveConfig({ ...config, status: failedStatus(config, error.message, new Date()) }, writer);
    }
  }
}

/** The config as its due rollout has it; undefined when none is due. A rollout whose controller is gone is begun again. */
function dueRollout(config: DeploymentConfig, rollouts: readonly Workload[]): DeploymentConfig | undefined {
  if (config.metadata.deletionTimestamp || config.spec?.paused || hasUnresolvedImages(config)) return undefined;
  const version = latestVersionOf(config);
  if (version > 0 && !rollouts.some((rollout) => versionOfRollout(rollout) === version)) return config;
  const latest = rollouts.find((rollout) => versionOfRollout(rollout) === version);
  const causes = rolloutCauses(config, latest && configOfRollout(latest));
  return causes.length > 0 ? nextVersion(config, causes) : undefined;
}

function nextVersion(config: DeploymentConfig, causes: RolloutCause[]): DeploymentConfig {
  const details = { message: causesInWords(causes), causes };
  return { ...config, status: { ...config.status, latestVersion: latestVersionOf(config) + 1, details } };
}

/** The config as its latest rollout has it. Throws NotFound when that is gone. */
function previousOf(config: DeploymentConfig, rollouts: readonly Workload[]): DeploymentConfig | undefined {
  const version = latestVersionOf(config);
  if (version === 0) return undefined;
  const latest = rollouts.find((rollout) => versionOfRollout(rollout) === version);
  if (!latest) throw notFound('replicationcontrollers', '', rolloutName(config.metadata.name, version));
  return configOfRollout(latest);
}

function requestErrors({ name = '' }: DeploymentRequest, { metadata, spec }: DeploymentConfig): FieldError[] {
  if (name === '') return [{ field: 'name', type: 'Required', detail: 'name of the deployment config is missing' }];
  if (name !== metadata.name) {
    return [{ field: 'name', type: 'Invalid', value: name, detail: `must be the name in the path, ${metadata.name}` }];
  }
  if (!spec?.paused) return [];
  return [{ field: 'paused', type: 'Invalid', value: true, detail: `deployment config "${name}" is paused` }];
}

/** As OpenShift answers: 201, whose body says 204. */
function nothingToDo(name: string): HandlerAnswer {
  const message = `deployment config "${name}" cannot be instantiated`;
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, message, code: 204 } };
}
