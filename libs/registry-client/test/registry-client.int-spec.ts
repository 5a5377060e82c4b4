import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DockerRegistry, imageList, randomImage } from '@faktorz/testing';
import { ManifestUnknown, NameUnknown, OutboundPolicy, Registries, RegistryUnreachable } from '../src/index.js';

describe('a client of a real docker-registry over plain HTTP', () => {
  let registry: DockerRegistry;
  let registries: Registries;
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    registries = new Registries({ policy: new OutboundPolicy({ allowLoopback: true }) });
  });
  afterAll(async () => {
    await registries.close();
    await registry.stop();
  });

  it.each(['docker', 'oci'] as const)('reads manifest, config and layers of a %s image', async (form) => {
    const image = randomImage({ form });
    await registry.push(`team/${form}:1.0`, image);
    const repository = registries.client(registry.host, { insecure: true }).repository(`team/${form}`);
    const manifest = await repository.getManifest('1.0');
    expect(manifest).toEqual({ digest: image.digest, mediaType: image.mediaType, bytes: image.manifest });
    expect(await repository.headManifest('1.0')).toEqual({
      digest: image.digest,
      mediaType: image.mediaType,
      sizeBytes: image.manifest.length,
    });
    const [config, layer] = image.blobs;
    expect(await repository.readBlob(config?.digest ?? '')).toEqual(config?.bytes);
    const { stream, sizeBytes } = await repository.openBlob(layer?.digest ?? '');
    expect(Buffer.concat(await stream.toArray())).toEqual(layer?.bytes);
    expect(sizeBytes).toBe(layer?.bytes.length);
    const part = await repository.openBlob(layer?.digest ?? '', { range: { first: 2, last: 5 } });
    expect(Buffer.concat(await part.stream.toArray())).toEqual(layer?.bytes.subarray(2, 6));
    expect(part.contentRange).toMatch(/^bytes 2-5\//);
  });

  it.each(['docker', 'oci'] as const)('reads a %s list as it is', async (form) => {
    const list = imageList([randomImage({ form }), randomImage({ form, architecture: 'arm64' })], form);
    await registry.push(`team/${form}:multi`, list);
    const repository = registries.client(registry.host, { insecure: true }).repository(`team/${form}`);
    expect(await repository.getManifest('multi')).toMatchObject({ digest: list.digest, mediaType: list.mediaType });
    const child = list.children[1]?.digest ?? '';
    expect((await repository.getManifest(child)).digest).toBe(child);
  });

  it('lists the tags of a repository', async () => {
    const image = randomImage();
    for (const tag of ['a', 'b', 'c']) await registry.push(`team/tags:${tag}`, image);
    const client = registries.client(registry.host, { insecure: true });
    expect((await everything(client.repository('team/tags').listTags())).sort()).toEqual(['a', 'b', 'c']);
    await expect(everything(client.repository('no/such').listTags())).rejects.toBeInstanceOf(NameUnknown);
    await expect(client.repository('no/such').getManifest('latest')).rejects.toBeInstanceOf(ManifestUnknown);
    await expect(client.repository('team/tags').headManifest('z')).rejects.toBeInstanceOf(ManifestUnknown);
  });

  it('does not fall back to plain HTTP unless told to', async () => {
    const repository = registries.client(registry.host).repository('team/oci');
    await expect(repository.getManifest('1.0')).rejects.toMatchObject({
      constructor: RegistryUnreachable,
      message: `Get "https://${registry.host}/v2/": http: server gave HTTP response to HTTPS client`,
    });
  });

  it('names the address where nobody listens', async () => {
    const repository = registries.client('127.0.0.1:9', { insecure: true }).repository('x/y');
    await expect(repository.getManifest('1.0')).rejects.toThrow(
      'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
    );
  });
});

async function everything<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
