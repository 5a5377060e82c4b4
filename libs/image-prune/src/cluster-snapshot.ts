import { type Image, ImageSet, type PrunableStream, type PruneRun, quantityValue } from '@faktorz/domain';
import { pagesOf } from './api-pages.js';
import { ImageUsers } from './image-users.js';
import type { ApiImageStream, ApiObject, PruneApi } from './prune-api.js';

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
/** Of everything else. */
const OBJECTS_PER_PAGE = 500;
const STREAMS = '/apis/image.openshift.io/v1#imagestreams';
const IMAGES = '/apis/image.openshift.io/v1/images';

/** What a snapshot is taken of. */
export interface SnapshotOptions {
  /** '' for all. */
  namespace: string;
  run: PruneRun;
  /** Is told what could not be looked at though the run goes on. */
  warn(text: string): void;
}

/** Reads all inputs of one run. Rejects when something that may use images cannot be listed: nothing is decided then. */
export async function readCluster(api: PruneApi, { namespace, run, warn }: SnapshotOptions): Promise<ClusterSnapshot> {
  const users = new ImageUsers(run);
  for (const userKind of USERS) await readUsers(api, { userKind, namespace, users, warn });
  const sizeLimits = await readSizeLimits(api, namespace);
  const streams: PrunableStream[] = [];
  const repositories: string[] = [];
  for await (const stream of streamsOf(api, namespace)) {
    streams.push(prunable(stream));
    repositories.push(stream.status?.dockerImageRepository ?? '');
  }
  return { users, sizeLimits, streams, repositories, images: await readImages(api) };
}

/** All streams there are now, of one namespace or of all. */
export function streamsOf(api: PruneApi, namespace: string): AsyncGenerator<ApiImageStream> {
  return pagesOf<ApiImageStream>(api, collection(STREAMS, namespace), OBJECTS_PER_PAGE);
}

export function prunable(stream: ApiImageStream): PrunableStream {
  return {
    namespace: stream.metadata?.namespace ?? '',
    name: stream.metadata?.name ?? '',
    created: stream.metadata?.creationTimestamp,
    tags: stream.status?.tags ?? [],
  };
}

async function readUsers(
  api: PruneApi,
  { userKind, namespace, users, warn }: Omit<SnapshotOptions, 'run'> & { userKind: UserKind; users: ImageUsers },
): Promise<void> {
  const { path, kind, mayBeAbsent, mayBeForbidden } = userKind;
  try {
    for await (const object of pagesOf(api, collection(path, namespace), OBJECTS_PER_PAGE)) users.add(kind, object);
  } catch (error) {
    const refusal = api.refusalOf(error);
    if (mayBeAbsent && refusal === 'not-found') return;
    if (!mayBeForbidden || refusal !== 'forbidden') throw error;
    warn(`${kind} objects cannot be listed, what they use is not protected: ${(error as Error).message}`);
  }
}

function collection(path: string, namespace: string): string {
  const [version = '', plural = ''] = path.split('#');
  return namespace === '' ? `${version}/${plural}` : `${version}/namespaces/${namespace}/${plural}`;
}

/** Image objects are not small: only what a run asks of them is kept. */
async function readImages(api: PruneApi): Promise<ImageSet> {
  const images: Image[] = [];
  for await (const image of pagesOf(api, IMAGES, IMAGES_PER_PAGE)) images.push(lean(image as unknown as Image));
  return new ImageSet(images);
}

function lean(image: Image): Image {
  const { metadata, dockerImageMetadata, dockerImageLayers, dockerImageManifests } = image;
  const { name, creationTimestamp, annotations } = metadata;
  return {
    metadata: { name, creationTimestamp, annotations },
    dockerImageReference: image.dockerImageReference,
    dockerImageManifestMediaType: image.dockerImageManifestMediaType,
    dockerImageMetadataVersion: image.dockerImageMetadataVersion,
    dockerImageMetadata: { Id: dockerImageMetadata?.['Id'], Size: dockerImageMetadata?.['Size'] },
    dockerImageLayers,
    dockerImageManifests,
  };
}

interface LimitRange extends ApiObject {
  spec?: { limits?: { type?: string; max?: Record<string, string> }[] };
}

async function readSizeLimits(api: PruneApi, namespace: string): Promise<Map<string, number>> {
  const smallest = new Map<string, number>();
  const path = collection('/api/v1#limitranges', namespace);
  for await (const { metadata, spec } of pagesOf<LimitRange>(api, path, OBJECTS_PER_PAGE)) {
    for (const { type, max } of spec?.limits ?? []) {
      const bytes = type === 'openshift.io/Image' && max?.storage ? quantityValue(max.storage) : undefined;
      const limited = metadata?.namespace ?? '';
      if (bytes !== undefined) smallest.set(limited, Math.min(bytes, smallest.get(limited) ?? Infinity));
    }
  }
  return smallest;
}
