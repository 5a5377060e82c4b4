import { ListTakenImages, MEDIA_TYPE } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { BlobStore } from '../blob/blob.store.js';
import { ManifestStore } from '../manifest/manifest.store.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { ImagePlaces } from './image-places.js';

/** A blob that more manifests name (an empty layer) is looked for in those the repository shows, and so many others. */
const MOST_MANIFESTS = 2000;
const ASKED_AT_ONCE = 500;
/** Tags set to tags that were set to tags. */
const LONGEST_CHAIN = 8;

/**
 * What a repository shows because a tag of its stream was set to an image of another repository of this registry
 * (`oc tag`), which was checked when the tag was set. Only what that other repository itself shows is shown: an entry
 * of a history that names a digest is no proof that whoever made it ever had the content.
 */
@Injectable()
export class SharedContent {
  constructor(
    private readonly places: ImagePlaces,
    private readonly manifests: ManifestStore,
    private readonly blobs: BlobStore,
    private readonly database: Database,
    private readonly requests: Requests,
  ) {}

  /** Is there such a manifest or blob? From then on the repository shows it by itself, until it is unused for long. */
  async holds(repository: RepositoryName, digest: string): Promise<boolean> {
    return (await this.takesManifest(repository, digest, [])) || (await this.takesBlob(repository, digest));
  }

  private async takesBlob(repository: RepositoryName, digest: string): Promise<boolean> {
    const images = await this.imagesNaming(repository, digest);
    for (let begin = 0; begin < images.length; begin += ASKED_AT_ONCE) {
      const ask = { ...repository, digests: images.slice(begin, begin + ASKED_AT_ONCE) };
      const { taken } = await this.requests.ask(ListTakenImages, ask);
      for (const image of taken) {
        if (await this.takesBlobOf(repository, image, digest, [])) return this.blobs.link(repository, digest, true);
      }
    }
    return false;
  }

  /** `past` are the repositories from which the chain came here. */
  private async takesManifest(repository: RepositoryName, digest: string, past: readonly string[]): Promise<boolean> {
    for (const origin of await this.originsOf(repository, digest, past)) {
      const isShown =
        (await this.manifests.isLinked(origin, digest)) ||
        (await this.takesManifest(origin, digest, [...past, nameOf(repository)]));
      if (isShown) return this.manifests.link(repository, digest);
    }
    return false;
  }

  /** Does an origin of the image show this blob of it? */
  private async takesBlobOf(
    repository: RepositoryName,
    manifest: string,
    digest: string,
    past: readonly string[],
  ): Promise<boolean> {
    for (const origin of await this.originsOf(repository, manifest, past)) {
      if (await this.takesBlobOf(origin, manifest, digest, [...past, nameOf(repository)])) return true;
      if (!(await this.manifests.isLinked(origin, manifest))) continue;
      if ((await this.blobs.linkedSize(origin, digest)) !== undefined) return true;
    }
    return false;
  }

  private async originsOf(
    repository: RepositoryName,
    digest: string,
    past: readonly string[],
  ): Promise<RepositoryName[]> {
    if (past.length >= LONGEST_CHAIN) return [];
    const { origins } = await this.places.find(repository, digest);
    return origins.filter((origin) => !past.includes(nameOf(origin)));
  }

  /** Manifests of images whose blobs were checked when they came. An index may name anything, so it is none. */
  private async imagesNaming({ namespace, stream }: RepositoryName, digest: string): Promise<string[]> {
    const named = `SELECT r.manifest FROM manifest_reference r JOIN manifest m ON m.digest = r.manifest`;
    const rows = await this.database.query<{ manifest: string }>(
      `(${named} JOIN manifest_link l ON l.digest = r.manifest
         WHERE r.digest = $1 AND m.media_type <> ALL ($2) AND l.namespace = $3 AND l.stream = $4)
       UNION ALL
       (${named} WHERE r.digest = $1 AND m.media_type <> ALL ($2) LIMIT $5)`,
      [digest, [MEDIA_TYPE.ociIndex, MEDIA_TYPE.manifestList], namespace, stream, MOST_MANIFESTS],
    );
    return [...new Set(rows.map(({ manifest }) => manifest))];
  }
}
