import type { ApiClient } from '../client/api-client.js';
import { BUILDS, LIMIT_RANGES, RESOURCE_QUOTAS, SECRETS } from '../client/known-resources.js';
import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import type { Dialect } from '../command.js';
import type { ApiImage, ImageStream } from '../images/image-stream.js';

export interface DescribeContext {
  client: ApiClient;
  now: Date;
  showEvents: boolean;
}

/** Puts one kind into words. */
export interface Describer {
  accepts(resource: ApiResource, dialect: Dialect): boolean;
  describe(object: KubeObject, context: DescribeContext): Promise<string>;
}

/** The kinds oc has words for and kubectl has not. */
const inImageGroup = (plural: string) => (resource: ApiResource, dialect: Dialect) =>
  dialect === 'oc' && resource.group === 'image.openshift.io' && resource.plural === plural;

const inGroup = (group: string, plural: string) => (resource: ApiResource) =>
  resource.group === group && resource.plural === plural;

const inCore = (plural: string) => inGroup('', plural);

/** The workloads of Kubernetes itself, which all are described by one module. */
const isWorkload = ({ group, kind }: ApiResource) =>
  group === ''
    ? ['Pod', 'ReplicationController'].includes(kind)
    : (group === 'apps' && ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].includes(kind)) ||
      (group === 'batch' && ['CronJob', 'Job'].includes(kind));

/** The image of a tag or of a stream's image, titled by its digest; a tag without one is shown field by field. */
async function describeInner(object: KubeObject, context: DescribeContext): Promise<string> {
  const image = object.image as ApiImage | null | undefined;
  if (!image) return describeFields(object, context);
  const { describeImage } = await import('./image.js');
  return describeImage(image, image.metadata?.name ?? '', context.now);
}

async function describeFields(object: KubeObject, context: DescribeContext): Promise<string> {
  const { describeGeneric } = await import('./generic.js');
  return describeGeneric(object, await eventsOf(object, context));
}

async function eventsOf(object: KubeObject, { client, now, showEvents }: DescribeContext): Promise<string> {
  if (!showEvents) return '';
  const { describeEvents } = await import('./events.js');
  return describeEvents(client, object, now);
}

/** The first that accepts the kind describes it; the last takes every kind, field by field. */
export const describers: readonly Describer[] = [
  {
    accepts: inImageGroup('imagestreams'),
    describe: async (object, { now }) =>
      (await import('./image-stream.js')).describeImageStream(object as ImageStream, now),
  },
  { accepts: inImageGroup('imagestreamtags'), describe: describeInner },
  { accepts: inImageGroup('imagetags'), describe: describeInner },
  { accepts: inImageGroup('imagestreamimages'), describe: describeInner },
  {
    accepts: inImageGroup('images'),
    describe: async (object, { now }) => (await import('./image.js')).describeImage(object as ApiImage, '', now),
  },
  { accepts: inCore('secrets'), describe: async (object) => (await import('./core/secret.js')).describeSecret(object) },
  {
    accepts: inCore('configmaps'),
    describe: async (object, context) =>
      (await import('./core/config-map.js')).describeConfigMap(object, await eventsOf(object, context)),
  },
  {
    accepts: inCore('serviceaccounts'),
    describe: async (object, context) =>
      (await import('./core/service-account.js')).describeServiceAccount(
        object,
        await objectsIn(object.metadata?.namespace, SECRETS, context),
        await eventsOf(object, context),
      ),
  },
  {
    accepts: isWorkload,
    describe: async (object, context) =>
      (await import('./workloads/workload.js')).describeWorkload(object, await eventsOf(object, context)),
  },
  { accepts: inGroup('apps.openshift.io', 'deploymentconfigs'), describe: describeConfig },
  { accepts: inGroup('build.openshift.io', 'buildconfigs'), describe: describeBuilds },
  {
    accepts: (resource, dialect) => dialect === 'oc' && inGroup('project.openshift.io', 'projects')(resource),
    describe: async (object, context) =>
      (await import('./project.js')).describeProject(
        object,
        await objectsIn(object.metadata?.name, RESOURCE_QUOTAS, context),
        await objectsIn(object.metadata?.name, LIMIT_RANGES, context),
        context.now,
      ),
  },
  { accepts: () => true, describe: describeFields },
];

async function describeConfig(object: KubeObject, context: DescribeContext): Promise<string> {
  const { describeDeploymentConfig } = await import('./workloads/deployment-config.js');
  const { rolloutsOf } = await import('../workloads/rollouts.js');
  const rollouts = await rolloutsOf(context.client, object).catch(() => undefined);
  return describeDeploymentConfig(object, rollouts, await eventsOf(object, context), context.now);
}

async function describeBuilds(object: KubeObject, context: DescribeContext): Promise<string> {
  const { describeBuildConfig } = await import('./workloads/build-config.js');
  const labelSelector = `buildconfig=${object.metadata?.name}`;
  const builds = await objectsIn(object.metadata?.namespace, BUILDS, context, { labelSelector });
  builds?.sort((a, b) => (String(a.metadata?.creationTimestamp) < String(b.metadata?.creationTimestamp) ? 1 : -1));
  return describeBuildConfig(object, builds, await eventsOf(object, context), context.now);
}

/** Objects of a namespace; undefined for who may not list them. */
async function objectsIn(
  namespace: string | undefined,
  resource: ApiResource,
  { client }: DescribeContext,
  query: Record<string, string> = {},
): Promise<KubeObject[] | undefined> {
  const { listObjects } = await import('../resources/get-object.js');
  return listObjects(client, resource, namespace, query).catch(() => undefined);
}
