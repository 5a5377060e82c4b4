// What a first pull of a blob costs that lives in another registry.
import { createHash } from 'node:crypto';

/** An image in Docker's notation whose layers are in the registry already; as `DockerRegistry.push` takes it. */
export function imageOfLayers(digests, sizeBytes) {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers' } }));
  const layers = digests.map((digest) => ({
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    size: sizeBytes,
    digest,
  }));
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const configuration = {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: config.length,
    digest: digestOf(config),
  };
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: configuration, layers }));
  const blobs = [{ digest: configuration.digest, bytes: config }];
  return { digest: digestOf(manifest), mediaType, manifest, blobs, children: [] };
}

/** Pulls a blob and lets its bytes go; milliseconds until the first and until the last of them. */
export async function pullTimes(url, authorization) {
  const begin = performance.now();
  const answer = await fetch(url, { headers: { authorization } });
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  let firstByte;
  for await (const piece of answer.body) if (piece.length > 0) firstByte ??= performance.now() - begin;
  return { firstByte, all: performance.now() - begin };
}

function digestOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
