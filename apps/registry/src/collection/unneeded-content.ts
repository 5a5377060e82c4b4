import { Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { BlobStore } from '../blob/blob.store.js';
import { ManifestStore } from '../manifest/manifest.store.js';
import { NAMED_BY_A_SHOWN_MANIFEST } from '../manifest/named-by-shown-manifest.js';
import { KnownImages } from './known-images.js';
import { PrunedLinks } from './pruned-links.js';

/** Rows looked at in one statement. */
const PAGE = 200;

/** What one round took away. */
export interface Collected {
  links: number;
  manifests: number;
  blobs: number;
}

/**
 * Takes away what nothing needs, while pushes and pulls go on. A manifest is needed while a repository shows it, an
 * index names it, or there is an Image of its digest; a blob while a repository shows it or a manifest names it. Every
 * removal looks again with the row locked, so what comes into use meanwhile stays.
 */
@Injectable()
export class UnneededContent {
  constructor(
    private readonly database: Database,
    private readonly manifests: ManifestStore,
    private readonly blobs: BlobStore,
    private readonly images: KnownImages,
    private readonly prunedLinks: PrunedLinks,
  ) {}

  /** One round over everything that nobody used for so long. */
  async collect(unusedSeconds: number): Promise<Collected> {
    return {
      links: (await this.prunedLinks.drop(unusedSeconds)) + (await this.dropForgottenLinks(unusedSeconds)),
      manifests: await this.collectManifests(unusedSeconds),
      blobs: await this.collectBlobs(unusedSeconds),
    };
  }

  /** Removes a manifest that nothing needs, with the blobs that only it named; false when something needs it. */
  async removeManifest(digest: string): Promise<boolean> {
    const named = await this.manifests.named(digest);
    if (!(await this.manifests.removeUnneeded(digest))) return false;
    for (const blob of named) await this.blobs.removeUnneeded(blob);
    return true;
  }

  /**
   * Blobs that were pushed, and that no manifest of the repository has named since: the push was given up. Those of
   * pulls have an expiry of their own.
   */
  private async dropForgottenLinks(unusedSeconds: number): Promise<number> {
    let dropped = 0;
    for (;;) {
      const rows = await this.database.query(
        `DELETE FROM blob_link WHERE ctid = ANY (ARRAY(
           SELECT link.ctid FROM blob_link link
            WHERE NOT mirrored AND last_used_at < now() - make_interval(secs => $1)
              AND NOT ${NAMED_BY_A_SHOWN_MANIFEST}
            LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
        [unusedSeconds, PAGE],
      );
      dropped += rows.length;
      if (rows.length < PAGE) return dropped;
    }
  }

  private async collectManifests(unusedSeconds: number): Promise<number> {
    return this.eachPage(
      `SELECT digest FROM manifest
        WHERE digest > $2 AND last_used_at < now() - make_interval(secs => $1)
          AND NOT EXISTS (SELECT FROM manifest_link WHERE manifest_link.digest = manifest.digest)
          AND NOT EXISTS (SELECT FROM manifest_reference WHERE manifest_reference.digest = manifest.digest)
        ORDER BY digest LIMIT $3`,
      unusedSeconds,
      async (digests) => {
        const known = await this.images.among(digests);
        return this.countRemoved(
          digests.filter((digest) => !known.has(digest)),
          (digest) => this.removeManifest(digest),
        );
      },
    );
  }

  private async collectBlobs(unusedSeconds: number): Promise<number> {
    return this.eachPage(
      `SELECT digest FROM blob
        WHERE digest > $2 AND last_used_at < now() - make_interval(secs => $1)
          AND NOT EXISTS (SELECT FROM blob_link WHERE blob_link.digest = blob.digest)
          AND NOT EXISTS (SELECT FROM manifest_reference WHERE manifest_reference.digest = blob.digest)
        ORDER BY digest LIMIT $3`,
      unusedSeconds,
      (digests) => this.countRemoved(digests, (digest) => this.blobs.removeUnneeded(digest)),
    );
  }

  private async eachPage(
    statement: string,
    unusedSeconds: number,
    remove: (digests: string[]) => Promise<number>,
  ): Promise<number> {
    let removed = 0;
    let last = '';
    for (;;) {
      const rows = await this.database.query<{ digest: string }>(statement, [unusedSeconds, last, PAGE]);
      if (rows.length > 0) removed += await remove(rows.map(({ digest }) => digest));
      last = rows.at(-1)?.digest ?? last;
      if (rows.length < PAGE) return removed;
    }
  }

  private async countRemoved(
    digests: readonly string[],
    remove: (digest: string) => Promise<boolean>,
  ): Promise<number> {
    let removed = 0;
    for (const digest of digests) if (await remove(digest)) removed += 1;
    return removed;
  }
}
