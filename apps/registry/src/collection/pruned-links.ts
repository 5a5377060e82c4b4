import { Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { NAMED_BY_A_SHOWN_MANIFEST } from '../manifest/named-by-shown-manifest.js';
import { KnownImages } from './known-images.js';

/** Rows looked at in one statement. */
const PAGE = 200;

interface PushedLink {
  namespace: string;
  stream: string;
  digest: string;
}

/**
 * What nobody used for so long, and what no manifest that the repository shows needs: as part of an index, or to say
 * something about a manifest (its referrers stay as long as their subject does).
 */
const UNNEEDED = `NOT link.mirrored AND link.last_used_at < now() - make_interval(secs => $1)
  AND NOT ${NAMED_BY_A_SHOWN_MANIFEST}
  AND NOT EXISTS (
    SELECT FROM manifest JOIN manifest_link shown ON shown.digest = manifest.subject
     WHERE manifest.digest = link.digest AND shown.namespace = link.namespace AND shown.stream = link.stream)`;

/**
 * Links to pushed manifests of which there is no Image any more. Every push makes one, pruning deletes it last: where a
 * run of pruning was killed after it had changed a history, nobody else would ever find what it left.
 */
@Injectable()
export class PrunedLinks {
  constructor(
    private readonly database: Database,
    private readonly images: KnownImages,
  ) {}

  /** Drops them; how many there were. What is pushed or pulled meanwhile stays. */
  async drop(unusedSeconds: number): Promise<number> {
    let dropped = 0;
    let last: PushedLink = { namespace: '', stream: '', digest: '' };
    for (;;) {
      const links = await this.page(last, unusedSeconds);
      for (const link of await this.withoutImage(links)) if (await this.unlink(link, unusedSeconds)) dropped += 1;
      last = links.at(-1) ?? last;
      if (links.length < PAGE) return dropped;
    }
  }

  private page({ namespace, stream, digest }: PushedLink, unusedSeconds: number): Promise<PushedLink[]> {
    return this.database.query<PushedLink>(
      `SELECT namespace, stream, digest FROM manifest_link link
        WHERE (namespace, stream, digest) > ($2, $3, $4) AND ${UNNEEDED}
        ORDER BY namespace, stream, digest LIMIT $5`,
      [unusedSeconds, namespace, stream, digest, PAGE],
    );
  }

  private async withoutImage(links: readonly PushedLink[]): Promise<PushedLink[]> {
    if (links.length === 0) return [];
    const known = await this.images.among([...new Set(links.map(({ digest }) => digest))]);
    return links.filter(({ digest }) => !known.has(digest));
  }

  private async unlink({ namespace, stream, digest }: PushedLink, unusedSeconds: number): Promise<boolean> {
    const rows = await this.database.query(
      `DELETE FROM manifest_link link
        WHERE namespace = $2 AND stream = $3 AND digest = $4 AND ${UNNEEDED} RETURNING 1`,
      [unusedSeconds, namespace, stream, digest],
    );
    return rows.length > 0;
  }
}
