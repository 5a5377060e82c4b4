// A stream `app` with two images in its history, so that tags can be moved between them without a registry.
import { DockerRegistry, randomImage } from '@faktorz/testing';
import { importOf, paths } from './api.mjs';

/** Pushes and imports two images; returns the registry and their digests. */
export async function twoImages(api, stream = 'app') {
  const registry = await DockerRegistry.start();
  const digests = [];
  for (const tag of ['a', 'b']) {
    digests.push(await registry.push(`bench/${stream}:${tag}`, randomImage()));
    await api.json('POST', paths.imports, importOf(stream, `${registry.host}/bench/${stream}:${tag}`, tag));
  }
  return { registry, digests };
}
