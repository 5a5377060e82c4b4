import { createHash, randomBytes } from 'node:crypto';
import { eventually, type TestSystem } from '@faktorz/testing';

/** An image as it was pushed and acknowledged. */
export interface PushedTestImage {
  digest: string;
  /** Config and layers. */
  blobs: string[];
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/** All images stand on it, so that no prune of one of them may take it. */
const BASE_LAYER = Buffer.from('the layer that all images share');

/** Pushes a new image to `namespace/stream`; undefined when the registry did not acknowledge all of it. */
export async function pushImage(
  system: TestSystem,
  repository: string,
  tag: string,
): Promise<PushedTestImage | undefined> {
  try {
    const config = Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', author: randomBytes(8).toString('hex') }),
    );
    const layers = [BASE_LAYER, randomBytes(2_000)];
    for (const bytes of [config, ...layers]) await pushBlob(system, repository, bytes);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: descriptor('application/vnd.oci.image.config.v1+json', config),
        layers: layers.map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar', layer)),
      }),
    );
    const path = `${repository}/manifests/${tag}`;
    await send(system, 'PUT', path, manifest, MANIFEST);
    return { digest: digestOf(manifest), blobs: [config, ...layers].map(digestOf) };
  } catch {
    return undefined;
  }
}

/** What the registry answers to a HEAD, once it answers. */
export async function registryStatus(system: TestSystem, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${system.token}`, accept: MANIFEST };
  const url = `http://127.0.0.1:${system.registryPort}/v2/${path}`;
  return eventually(`an answer to HEAD ${path}`, async () => {
    const answer = await fetch(url, { method: 'HEAD', headers }).catch(() => undefined);
    return answer && answer.status < 500 && answer.status;
  });
}

async function pushBlob(system: TestSystem, repository: string, bytes: Buffer): Promise<void> {
  await send(system, 'POST', `${repository}/blobs/uploads/?digest=${digestOf(bytes)}`, bytes);
}

async function send(
  system: TestSystem,
  method: string,
  path: string,
  body: Buffer,
  type = 'application/octet-stream',
): Promise<void> {
  const headers = { authorization: `Bearer ${system.token}`, 'content-type': type };
  const url = `http://127.0.0.1:${system.registryPort}/v2/${path}`;
  const { status } = await fetch(url, { method, headers, body: new Uint8Array(body) });
  if (status !== 201) throw new Error(`${method} ${path}: ${status}`);
}

function descriptor(mediaType: string, bytes: Buffer): object {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
