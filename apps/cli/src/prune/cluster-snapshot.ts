import {
  type Image,
  ImageSet,
  type PrunableStream,
  type PruneRun,
  quantityValue,
  type TagStatus,
} from '@faktorz/domain';
import type { ApiClient } from '../client/api-client.js';
import { ApiError, isNotFound } from '../client/api-error.js';
import { IMAGE_STREAMS, IMAGES } from '../client/known-resources.js';
import type { KubeList, KubeObject } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { ImageStream } from '../images/image-stream.js';
import type { Terminal } from '../terminal/terminal.js';
import { ImageUsers } from './image-users.js';

/** Everything that is looked at before anything is decided (contract: prune, §2). */
export interface ClusterSnapshot {
  users: ImageUsers;
  streams: PrunableStream[];
  /** As the server told them, for the registry's host name. */
  repositories: string[];
  images: ImageSet;
  /** Largest image that each namespace allows, in bytes. */
  sizeLimits: Map<string, number>;
}

interface UserKind {
  path: string;
  kind: string;
  /** The API group may be missing altogether. */
  mayBeAbsent?: true;
  /** Not being allowed to see them is no reason to stop. */
  mayBeForbidden?: true;
}

const USERS: readonly UserKind[] = [
  { path: '/api/v1#pods', kind: 'Pod' },
  { path: '/api/v1#replicationcontrollers', kind: 'ReplicationController' },
  { path: '/apis/build.openshift.io/v1#buildconfigs', kind: 'BuildConfig', mayBeAbsent: true },
  { path: '/apis/build.openshift.io/v1#builds', kind: 'Build', mayBeAbsent: true },
  { path: '/apis/apps/v1#daemonsets', kind: 'DaemonSet', mayBeForbidden: true },
  { path: '/apis/apps/v1#deployments', kind: 'Deployment', mayBeForbidden: true },
  { path: '/apis/apps.openshift.io/v1#deploymentconfigs', kind: 'DeploymentConfig', mayBeAbsent: true },
  { path: '/apis/apps/v1#replicasets', kind: 'ReplicaSet', mayBeForbidden: true },
  { path: '/apis/apps/v1#statefulsets', kind: 'StatefulSet' },
  { path: '/apis/batch/v1#jobs', kind: 'Job' },
  { path: '/apis/batch/v1#cronjobs', kind: 'CronJob' },
];

const IMAGES_PER_PAGE = 5000;

/** Reads all inputs of one run, of one namespace or (with '') of all. */
export async function readCluster(
  client: ApiClient,
  { namespace, run, terminal }: { namespace: string; run: PruneRun; terminal: Terminal },
): Promise<ClusterSnapshot> {
  const users = new ImageUsers(run);
  for (const userKind of USERS) {
    for (const object of await listUsers(client, userKind, namespace, terminal)) users.add(userKind.kind, object);
  }
  const sizeLimits = sizeLimitsOf(await list(client, collection('/api/v1#limitranges', namespace)));
  const streams = await readStreams(client, namespace);
  return {
    users,
    sizeLimits,
    streams: streams.map(prunable),
    repositories: streams.map(({ status }) => status?.dockerImageRepository ?? ''),
    images: new ImageSet(await readImages(client)),
  };
}

/** All streams there are now, of one namespace or of all. */
export async function readStreams(client: ApiClient, namespace: string): Promise<ImageStream[]> {
  return (await list(client, resourcePath(IMAGE_STREAMS, namespace || undefined))) as ImageStream[];
}

export function prunable(stream: ImageStream): PrunableStream {
  return {
    namespace: stream.metadata?.namespace ?? '',
    name: stream.metadata?.name ?? '',
    created: stream.metadata?.creationTimestamp,
    tags: (stream.status?.tags ?? []) as TagStatus[],
  };
}

async function listUsers(
  client: ApiClient,
  { path, kind, mayBeAbsent, mayBeForbidden }: UserKind,
  namespace: string,
  terminal: Terminal,
): Promise<KubeObject[]> {
  try {
    return await list(client, collection(path, namespace));
  } catch (error) {
    if (mayBeAbsent && isNotFound(error)) return [];
    if (mayBeForbidden && error instanceof ApiError && error.httpStatus === 403) {
      terminal.error(`Warning: ${kind} objects cannot be listed, what they use is not protected: ${error.message}\n`);
      return [];
    }
    throw error;
  }
}

function collection(path: string, namespace: string): string {
  const [version = '', plural = ''] = path.split('#');
  return namespace === '' ? `${version}/${plural}` : `${version}/namespaces/${namespace}/${plural}`;
}

async function list(client: ApiClient, path: string): Promise<KubeObject[]> {
  return (await client.get<KubeList>(path)).items ?? [];
}

/** Image objects are not small, so they come in pages. */
async function readImages(client: ApiClient): Promise<Image[]> {
  const images: Image[] = [];
  let next: string | undefined;
  do {
    const page: KubeList = await client.get<KubeList>(resourcePath(IMAGES, undefined), {
      limit: String(IMAGES_PER_PAGE),
      continue: next,
    });
    images.push(...((page.items ?? []) as unknown as Image[]));
    next = page.metadata?.continue || undefined;
  } while (next);
  return images;
}

interface LimitRange extends KubeObject {
  spec?: { limits?: { type?: string; max?: Record<string, string> }[] };
}

function sizeLimitsOf(ranges: readonly LimitRange[]): Map<string, number> {
  const smallest = new Map<string, number>();
  for (const { metadata, spec } of ranges) {
    for (const { type, max } of spec?.limits ?? []) {
      const bytes = type === 'openshift.io/Image' && max?.storage ? quantityValue(max.storage) : undefined;
      const namespace = metadata?.namespace ?? '';
      if (bytes !== undefined) smallest.set(namespace, Math.min(bytes, smallest.get(namespace) ?? Infinity));
    }
  }
  return smallest;
}
