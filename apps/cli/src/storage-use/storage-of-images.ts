import type { Image, ImageLayer } from '@faktorz/domain';
import type { KubeObject } from '../client/kube-object.js';
import type { ImageStream } from '../images/image-stream.js';

/** What one stream's images take up. */
export interface StreamStorage {
  stream: string;
  /** Bytes; a layer that several images share counts once. */
  storage: number;
  images: number;
  layers: number;
}

/** What one image takes up, and who needs it. */
export interface ImageStorage {
  image: string;
  /** `namespace/stream (tag,tag)` */
  tags: string[];
  /** Images it was built upon. */
  parents: string[];
  /** What runs it. */
  usage: string[];
  isDescribed: boolean;
  storage: number;
}

/** Streams with what their images take up, the largest first. */
export function storageOfStreams(streams: readonly ImageStream[], images: readonly Image[]): StreamStorage[] {
  const byDigest = new Map(images.map((image) => [image.metadata.name, image]));
  return streams
    .map((stream): StreamStorage => {
      const held = [...new Set(entriesOf(stream).map(({ image }) => image))].flatMap(
        (digest) => byDigest.get(digest) ?? [],
      );
      const layers = held.flatMap((image) => image.dockerImageLayers ?? []);
      return { stream: nameOf(stream), storage: bytesOf(layers), images: held.length, layers: layers.length };
    })
    .sort((a, b) => b.storage - a.storage || b.images - a.images);
}

/** Images with what they take up, the largest first. */
export function storageOfImages(
  images: readonly Image[],
  streams: readonly ImageStream[],
  pods: readonly KubeObject[],
): ImageStorage[] {
  const tags = tagsByImage(streams);
  const users = usersByImage(pods);
  const byTopLayer = imagesByTopLayer(images);
  return images
    .map((image): ImageStorage => ({
      image: image.metadata.name,
      tags: tags.get(image.metadata.name) ?? [],
      parents: parentsOf(image, byTopLayer),
      usage: users.get(image.metadata.name) ?? [],
      isDescribed: Boolean(image.dockerImageManifest) && (image.dockerImageLayers ?? []).length > 0,
      storage: bytesOf(image.dockerImageLayers ?? []),
    }))
    .sort((a, b) => b.storage - a.storage);
}

function bytesOf(layers: readonly ImageLayer[]): number {
  const sizes = new Map(layers.map(({ name, size }) => [name, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function entriesOf(stream: ImageStream): { tag: string; image: string }[] {
  return (stream.status?.tags ?? []).flatMap(({ tag, items }) => (items ?? []).map(({ image }) => ({ tag, image })));
}

function nameOf({ metadata }: ImageStream): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

function tagsByImage(streams: readonly ImageStream[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const stream of streams) {
    const tags = new Map<string, Set<string>>();
    for (const { tag, image } of entriesOf(stream)) tags.set(image, (tags.get(image) ?? new Set()).add(tag));
    for (const [image, names] of tags) add(found, image, `${nameOf(stream)} (${[...names].join(',')})`);
  }
  return found;
}

/** An image built upon another holds that one's topmost layer below its own. */
function parentsOf(image: Image, byTopLayer: ReadonlyMap<string, string[]>): string[] {
  const lower = (image.dockerImageLayers ?? []).slice(0, -1);
  return [...new Set(lower.flatMap(({ name }) => byTopLayer.get(name) ?? []))].filter(
    (parent) => parent !== image.metadata.name,
  );
}

function imagesByTopLayer(images: readonly Image[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { metadata, dockerImageLayers } of images) {
    const top = dockerImageLayers?.at(-1);
    if (top) add(found, top.name, metadata.name);
  }
  return found;
}

const CONTROLLERS = [
  ['openshift.io/build.name', 'Build'],
  ['openshift.io/deployment.name', 'Deployment'],
  ['openshift.io/deployer-pod-for.name', 'Deployer'],
] as const;

function usersByImage(pods: readonly KubeObject[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const pod of pods) {
    const spec = pod.spec as { containers?: { image?: string }[]; initContainers?: { image?: string }[] } | undefined;
    const digests = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
      ({ image }) => image?.split('@')[1],
    );
    for (const digest of new Set(digests)) if (digest) add(found, digest, controllerOf(pod));
  }
  return found;
}

function controllerOf({ metadata }: KubeObject): string {
  for (const [annotation, kind] of CONTROLLERS) {
    const name = metadata?.annotations?.[annotation];
    if (name) return `${kind}: ${metadata?.namespace}/${name}`;
  }
  return '<unknown>';
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}
