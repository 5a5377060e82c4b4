import { inParallel } from '../parallel/in-parallel.js';
import type { OpenRegistries } from '../outside-registries/open-registries.js';
import type { RepositoryCopy } from './copy-plan.js';

export interface CopyOptions {
  registries: OpenRegistries;
  /** Blobs on their way at a time. */
  workers: number;
}

/** Copies what was planned; gives the bytes that were sent. Failures come out as they are, with the copies done so far in place. */
export async function copyImages(copies: readonly RepositoryCopy[], options: CopyOptions): Promise<number> {
  let sent = 0;
  for (const copy of copies) {
    sent += await copyBlobs(copy, options);
    const writer = options.registries.client(copy.registry).writer(copy.repository);
    // Manifests stand after those they name, and a registry takes no list whose images it does not have.
    for (const { digest, mediaType, bytes, tags } of copy.manifests.values()) {
      for (const reference of tags.length === 0 ? [digest] : tags) {
        await writer.pushManifest(reference, { mediaType, bytes });
        sent += bytes.length;
      }
    }
  }
  return sent;
}

async function copyBlobs(copy: RepositoryCopy, { registries, workers }: CopyOptions): Promise<number> {
  let sent = 0;
  const writer = registries.client(copy.registry).writer(copy.repository);
  await inParallel(copy.blobs.values(), workers, async ({ digest, sizeBytes, from }) => {
    const source = registries.client(from.registry).repository(from.repository);
    const mountFrom = from.registry === copy.registry ? from.repository : undefined;
    const open = async () => (await source.openBlob(digest)).stream;
    if ((await writer.pushBlob({ digest, sizeBytes, open }, mountFrom)) === 'sent') sent += sizeBytes;
  });
  return sent;
}
