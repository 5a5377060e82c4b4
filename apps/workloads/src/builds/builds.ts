import { badRequest, internalError, notFound, type RequestContext, type WriteContext } from '@faktorz/apimachinery';
import { ChangeLog, type DocumentStorage } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { ImageAdmission } from '../image-admission/image-admission.js';
import { PullSpecs } from '../image-lookup/pull-specs.js';
import { buildConfig } from '../openshift/build-config.js';
import { build } from '../openshift/build.js';
import type { Build, BuildConfig, BuildRequest } from '../openshift/build.types.js';
import type { ObjectReference } from '../openshift/object-reference.js';
import type { Workload } from '../pod/pod-spec.js';
import { controllerOf, dependentsOf, letDependentsGo } from '../upkeep/dependents.js';
import { untilNotOvertaken } from '../upkeep/until-not-overtaken.js';
import { WorkloadStorages } from '../workload-storages.js';
import { imageForBuild, tagsOfBuild, triggerStatuses } from './build-images.js';
import { BUILD, buildLike, buildOfConfig } from './new-build.js';

const GROUP = 'build.openshift.io';
const PAUSED_ANNOTATION = 'openshift.io/build-config.paused';

/** Makes builds of build configs: each with the next number, and with the config's count of what it has built. */
@Injectable()
export class Builds {
  private readonly configs: DocumentStorage<Workload>;
  private readonly builds: DocumentStorage<Workload>;

  constructor(
    private readonly log: ChangeLog,
    private readonly pullSpecs: PullSpecs,
    private readonly admission: ImageAdmission,
    storages: WorkloadStorages,
  ) {
    this.configs = storages.of(buildConfig);
    this.builds = storages.of(build);
  }

  /** Makes a build of the config the request names. */
  instantiate(request: BuildRequest, context: RequestContext): Promise<Workload> {
    return untilNotOvertaken(() => this.instantiateOnce(request, context));
  }

  /** Makes a build like the one the request names. */
  clone(request: BuildRequest, context: RequestContext): Promise<Workload> {
    return untilNotOvertaken(() => this.cloneOnce(request, context));
  }

  /** Has the builds of a config stay when it goes. */
  letGo(key: { namespace: string; name: string }, writer: WriteContext): Promise<void> {
    const owner = { kind: buildConfig.kind, ...key };
    return untilNotOvertaken(() => letDependentsGo(this.builds, owner, BUILD.config, writer));
  }

  /** Removes the builds of a config that is gone, or was made anew. */
  async removeOrphans(namespace: string, name: string): Promise<void> {
    const writer = { user: serviceUser('workloads'), requestId: `orphans:${namespace}/${name}` };
    const owner = { kind: buildConfig.kind, namespace, name };
    const config = await this.configs.get({ namespace, name });
    for (const made of await dependentsOf(this.builds, owner, BUILD.config)) {
      if (controllerOf(made, owner) === config?.metadata.uid) continue;
      const { metadata } = made;
      await this.builds.delete({ namespace, name: metadata.name }, metadata.resourceVersion ?? '', writer);
    }
  }

  private async instantiateOnce(request: BuildRequest, context: RequestContext): Promise<Workload> {
    const { namespace = '', name = '' } = context;
    const config: BuildConfig | undefined = await this.configs.get({ namespace, name });
    if (!config) throw notFound('buildconfigs', GROUP, name);
    if (isPaused(config)) throw badRequest(pausedWords(config));
    const { lastVersion = 0 } = config.status ?? {};
    if (request.lastVersion !== undefined && request.lastVersion !== lastVersion) {
      const about = `build config ${namespace}/${name} does not match the build request`;
      throw badRequest(`the LastVersion(${lastVersion}) on ${about} LastVersion(${request.lastVersion})`);
    }
    const tags = await this.pullSpecs.of(tagsOfBuild(config));
    const imageChangeTriggers = triggerStatuses(config, request, tags, new Date());
    const next: BuildConfig = {
      ...config,
      status: { ...config.status, lastVersion: lastVersion + 1, imageChangeTriggers },
    };
    const imageOf = (reference: ObjectReference) => imageForBuild(reference, namespace, imageChangeTriggers, tags);
    return this.store(next, buildOfConfig(next, request, imageOf), context);
  }

  private async cloneOnce(request: BuildRequest, context: RequestContext): Promise<Workload> {
    const { namespace = '', name = '' } = context;
    const original: Build | undefined = await this.builds.get({ namespace, name });
    if (!original) throw notFound('builds', GROUP, name);
    const reference = original.status?.['config'] as ObjectReference | undefined;
    const config: BuildConfig | undefined =
      reference?.name === undefined ? undefined : await this.configs.get({ namespace, name: reference.name });
    if (config && isPaused(config)) throw internalError(pausedWords(config));
    if (!config) {
      const copy = buildLike(original, request, undefined);
      await this.admission.admit(build, copy);
      return this.store(undefined, copy, context);
    }
    const number = (config.status?.lastVersion ?? 0) + 1;
    const next = { ...config, status: { ...config.status, lastVersion: number } };
    return this.store(next, buildLike(original, request, number), context);
  }

  /** Both or neither: a build that was counted exists, and nobody builds the same change again. */
  private async store(config: BuildConfig | undefined, made: Build, context: RequestContext): Promise<Workload> {
    if (context.dryRun) return made;
    const writer: WriteContext = { user: context.identity.user, requestId: context.requestId };
    return this.log.transaction(async (tx) => {
      if (config) await this.configs.updateIn(tx, config, writer);
      return this.builds.createIn(tx, made, writer);
    });
  }
}

function isPaused({ metadata }: BuildConfig): boolean {
  return metadata.annotations?.[PAUSED_ANNOTATION]?.toLowerCase() === 'true';
}

function pausedWords({ metadata }: BuildConfig): string {
  return `can't instantiate from BuildConfig ${metadata.namespace}/${metadata.name}: BuildConfig is paused`;
}
