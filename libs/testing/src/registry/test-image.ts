import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { tarLayer } from './tar-layer.js';

/** Bytes a registry keeps under their digest. */
export interface TestBlob {
  digest: string;
  bytes: Buffer;
}

/** An image or a list of images, ready to push. */
export interface TestImage {
  digest: string;
  mediaType: string;
  manifest: Buffer;
  /** Configuration first, then the layers, base first. Empty for lists. */
  blobs: readonly TestBlob[];
  /** Of a list, in its order. */
  children: readonly TestImage[];
}

export type ImageForm = 'docker' | 'oci';

export interface TestImageOptions {
  /** Docker schema 2 or OCI. Default `oci`. */
  form?: ImageForm;
  architecture?: string;
  os?: string;
  variant?: string;
  /** Default 2. */
  layers?: number;
  /** The `config` block of the configuration. */
  config?: Record<string, unknown>;
  author?: string;
  created?: string;
}

const TYPES = {
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    list: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    list: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
} as const;

/** A small real image with random content: every call gives another digest. */
export function randomImage(options: TestImageOptions = {}): TestImage {
  const { form = 'oci', architecture = 'amd64', os = 'linux', layers: count = 2 } = options;
  const layers = Array.from({ length: count }, (_, index) =>
    tarLayer(`layer-${index}-${randomUUID()}`, randomBytes(64)),
  );
  const created = options.created ?? '2024-05-06T07:08:09Z';
  const config = json({
    created,
    author: options.author ?? 'fixture',
    architecture,
    os,
    ...(options.variant ? { variant: options.variant } : {}),
    config: options.config ?? { Env: ['PATH=/usr/bin:/bin'], Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => sha256(tar)) },
    history: layers.map((_, index) => ({ created, created_by: `step ${index}` })),
  });
  const blobs = [config, ...layers.map(({ gzip }) => gzip)].map((bytes) => ({ digest: sha256(bytes), bytes }));
  const [configBlob, ...layerBlobs] = blobs.map(({ digest, bytes }) => ({ digest, size: bytes.length }));
  const manifest = json({
    schemaVersion: 2,
    mediaType: TYPES[form].manifest,
    config: { mediaType: TYPES[form].config, ...configBlob },
    layers: layerBlobs.map((layer) => ({ mediaType: TYPES[form].layer, ...layer })),
  });
  return { digest: sha256(manifest), mediaType: TYPES[form].manifest, manifest, blobs, children: [] };
}

/** A manifest list (Docker) or index (OCI) of images; platforms are those of the images' configurations. */
export function imageList(children: readonly TestImage[], form: ImageForm = 'oci'): TestImage {
  const manifest = json({
    schemaVersion: 2,
    mediaType: TYPES[form].list,
    manifests: children.map((child) => ({
      mediaType: child.mediaType,
      digest: child.digest,
      size: child.manifest.length,
      platform: platformOf(child),
    })),
  });
  return { digest: sha256(manifest), mediaType: TYPES[form].list, manifest, blobs: [], children };
}

/** A manifest of any content, for lying and broken ones. */
export function rawManifest(mediaType: string, content: unknown): TestImage {
  const manifest = Buffer.isBuffer(content) ? content : json(content);
  return { digest: sha256(manifest), mediaType, manifest, blobs: [], children: [] };
}

function platformOf(image: TestImage): Record<string, string> {
  const { architecture, os, variant } = JSON.parse(image.blobs[0]?.bytes.toString() ?? '{}') as Record<string, string>;
  return { ...(architecture ? { architecture } : {}), ...(os ? { os } : {}), ...(variant ? { variant } : {}) };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, undefined, 1));
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
