import {
  blobsOf,
  type Image,
  type PrunableStream,
  type PrunedHistory,
  pruneHistory,
  type PruneRun,
  type TagStatus,
  type UnusedImage,
  unusedImages,
  withChildren,
} from '@faktorz/domain';
import { type ClusterSnapshot, prunable, streamsOf } from './cluster-snapshot.js';
import { eachAtOnce } from './each-at-once.js';
import type { ApiImageStream, PruneApi, PrunedStorage } from './prune-api.js';
import { PruneSummary } from './prune-summary.js';
import { retryOnConflict } from './retry-on-conflict.js';

const IMAGE_API = '/apis/image.openshift.io/v1';

export interface PruneContext {
  api: PruneApi;
  cluster: ClusterSnapshot;
  run: PruneRun;
  /** '' for all; with one, image objects stay. */
  namespace: string;
  workers: number;
  /** False: only say what would be done. */
  confirm: boolean;
  /** Absent: the registry's storage is left alone. Unconnected in a dry run, which only tells. */
  registry?: { storage?: PrunedStorage };
  say(line: string): void;
  /** Nothing new is begun once it aborts; what is done by then stays counted. */
  signal?: AbortSignal;
}

/** One run over streams, then over images: what was deleted and what went wrong. */
export class ImagePrune {
  readonly summary = new PruneSummary();
  readonly failures: Error[] = [];
  /** Digests that histories name after the first stage. */
  private readonly named = new Set<string>();

  constructor(private readonly context: PruneContext) {}

  async prune(): Promise<void> {
    const { cluster, namespace } = this.context;
    await eachAtOnce(cluster.streams, this.context, (stream) => this.attempt(() => this.pruneStream(stream)));
    if (namespace === '' && !this.context.signal?.aborted) await this.pruneUnusedImages();
  }

  private async pruneStream(listed: PrunableStream): Promise<void> {
    const { counts } = this.summary;
    const { confirm, say } = this.context;
    const left = confirm ? await this.updateStream(listed) : this.planHistory(listed);
    if (!left) return;
    for (const { items } of left.tags) for (const { image } of items ?? []) this.named.add(image);
    if (left.dropped.length === 0) return;
    const repository = `${listed.namespace}/${listed.name}`;
    say(`Deleting ${left.dropped.length} items from image stream ${repository}`);
    counts.items += left.dropped.length;
    counts.streams += 1;
    await this.deleteLinks(repository, left);
  }

  /** Reads the stream as it is now and takes out what goes; again when somebody changed it meanwhile. */
  private updateStream({ namespace, name }: PrunableStream): Promise<PrunedHistory | undefined> {
    const { api } = this.context;
    const path = `${IMAGE_API}/namespaces/${namespace}/imagestreams/${name}`;
    return retryOnConflict(api, async () => {
      try {
        const stream = await api.get<ApiImageStream>(path);
        const left = this.planHistory(prunable(stream));
        if (left.dropped.length > 0) {
          await api.put(`${path}/status`, { ...stream, status: { ...stream.status, tags: left.tags } });
        }
        return left;
      } catch (error) {
        if (api.refusalOf(error) === 'not-found') return undefined;
        throw error;
      }
    });
  }

  private planHistory(stream: PrunableStream): PrunedHistory {
    const { cluster, run } = this.context;
    return pruneHistory(stream, {
      run,
      usage: cluster.users.usage,
      images: cluster.images,
      sizeLimit: cluster.sizeLimits.get(stream.namespace),
    });
  }

  /** A repository forgets the layers and manifests that none of its remaining entries uses. */
  private async deleteLinks(repository: string, { tags, dropped }: PrunedHistory): Promise<void> {
    const { registry, say } = this.context;
    if (!registry) return;
    const { images } = this.context.cluster;
    const kept = withChildren(images, digestsOf(tags));
    const keptBlobs = new Set([...kept].flatMap((digest) => blobsOfKnown(images.get(digest))));
    const gone = [
      ...withChildren(
        images,
        dropped.map(({ image }) => image).filter((image) => image !== ''),
      ),
    ].filter((digest) => !kept.has(digest) && images.has(digest));
    const layers = [...new Set(gone.flatMap((digest) => blobsOfKnown(images.get(digest))))].filter(
      (digest) => !keptBlobs.has(digest),
    );
    for (const digest of layers) say(`Deleting layer link ${digest} in repository ${repository}`);
    for (const digest of gone) say(`Deleting manifest link ${digest} in repository ${repository}`);
    // What is named by something the repository still shows stays: lists go before images, and these before layers.
    const isList = (digest: string): boolean => (images.get(digest)?.dockerImageManifests ?? []).length > 0;
    const listsFirst = gone.toSorted((a, b) => Number(isList(b)) - Number(isList(a)));
    for (const digest of listsFirst) await this.attempt(() => this.deleteManifestLink(repository, digest));
    for (const digest of layers) await this.attempt(() => this.deleteLayerLink(repository, digest));
  }

  private async deleteLayerLink(repository: string, digest: string): Promise<void> {
    await this.context.registry?.storage?.deleteLayerLink(repository, digest, this.unusedSince);
    this.summary.counts.layerLinks += 1;
  }

  private async deleteManifestLink(repository: string, digest: string): Promise<void> {
    await this.context.registry?.storage?.deleteManifestLink(repository, digest, this.unusedSince);
    this.summary.counts.manifestLinks += 1;
  }

  /** What was pushed later is none of this run's business. */
  private get unusedSince(): Date {
    const { now, keepYoungerThanMs, overSizeLimit } = this.context.run;
    return overSizeLimit ? now : new Date(now.getTime() - keepYoungerThanMs);
  }

  private async pruneUnusedImages(): Promise<void> {
    const { cluster, run } = this.context;
    if (unusedImages(cluster.images, this.named, run).length === 0) return;
    if (this.context.confirm) await this.nameWhatIsThereNow();
    await eachAtOnce(unusedImages(cluster.images, this.named, run), this.context, (unused) =>
      this.attempt(() => this.deleteImage(unused)),
    );
  }

  /** A tag moved since the run began may have brought an image back into use. */
  private async nameWhatIsThereNow(): Promise<void> {
    for await (const stream of streamsOf(this.context.api, '')) {
      for (const digest of digestsOf(prunable(stream).tags)) await this.name(digest);
    }
  }

  /** A list that is newer than the run may name images that are older. */
  private async name(digest: string): Promise<void> {
    if (this.named.has(digest)) return;
    this.named.add(digest);
    const { api, cluster } = this.context;
    if (cluster.images.has(digest)) return;
    try {
      const { dockerImageManifests } = (await api.get(`${IMAGE_API}/images/${digest}`)) as Partial<Image>;
      for (const child of dockerImageManifests ?? []) await this.name(child.digest);
    } catch (error) {
      if (api.refusalOf(error) !== 'not-found') throw error;
    }
  }

  /** The image's blobs, then the object, unless none of its blobs could be deleted: a later run needs it to find them. */
  private async deleteImage({ image, blobs }: UnusedImage): Promise<void> {
    const { registry, say, confirm, api } = this.context;
    const digest = image.metadata.name;
    let deleted = 0;
    let failed = 0;
    for (const blob of registry ? blobs : []) {
      const done = await this.attempt(async () => {
        say(`Deleting blob ${blob}`);
        await registry?.storage?.deleteBlob(blob);
        this.summary.counts.blobs += 1;
      });
      if (done) deleted += 1;
      else failed += 1;
    }
    if (deleted === 0 && failed > 0) return;
    await this.attempt(async () => {
      say(`Deleting image ${digest}`);
      if (confirm) await deleteIfThere(api, digest);
      this.summary.counts.images += 1;
    });
  }

  /** One failure stops nothing else; all are told at the end. */
  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.failures.push(error as Error);
      return false;
    }
  }
}

async function deleteIfThere(api: PruneApi, digest: string): Promise<void> {
  try {
    await api.delete(`${IMAGE_API}/images/${digest}`);
  } catch (error) {
    if (api.refusalOf(error) !== 'not-found') throw error;
  }
}

function digestsOf(tags: readonly TagStatus[]): string[] {
  return tags.flatMap(({ items }) => (items ?? []).map(({ image }) => image)).filter((image) => image !== '');
}

function blobsOfKnown(image: Image | undefined): string[] {
  return image ? blobsOf(image) : [];
}
