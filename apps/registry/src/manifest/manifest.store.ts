import { TimedCache } from '@faktorz/access';
import { MEDIA_TYPE } from '@faktorz/domain';
import { Database, type SqlConnection } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { RegistryMetrics } from '../metrics/registry-metrics.js';
import { ManifestCache, type StoredManifest } from './manifest-cache.js';
import { NAMED_BY_A_SHOWN_MANIFEST } from './named-by-shown-manifest.js';
import type { ParsedManifest } from './parse-manifest.js';

/** A manifest to be kept, whose bytes have this digest. */
export interface NewManifest {
  readonly repository: RepositoryName;
  readonly digest: string;
  readonly bytes: Buffer;
  readonly parsed: ParsedManifest;
  /** Kept only because somebody pulled it through. */
  readonly isMirrored?: boolean;
}

/** As lists of referrers show it: an OCI descriptor. */
export interface Referrer {
  readonly digest: string;
  readonly descriptor: string;
}

interface LinkKey {
  repository: RepositoryName;
  digest: string;
}

/** Another replica's deletion is seen within this time; a new link at once, since misses are not kept. */
const LINK_BELIEVED_FOR_MS = 1000;
const LINKS_KEPT = 50_000;
/** As large as a manifest may be, and so is a page of referrers. */
const REFERRERS_PAGE_BYTES = 4 * 1024 * 1024;
const REFERRERS_PAGE = 1000;

const LINK = `
  INSERT INTO manifest_link (namespace, stream, digest, mirrored) VALUES ($1, $2, $3, $4)
  ON CONFLICT (namespace, stream, digest) DO UPDATE
    SET mirrored = manifest_link.mirrored AND excluded.mirrored, linked_at = now(), last_used_at = now()
  RETURNING xmax = 0 AS is_new`;

/** Manifests, and which repositories show them by digest. */
@Injectable()
export class ManifestStore {
  private readonly cache = new ManifestCache();
  private readonly links: TimedCache<LinkKey, boolean>;

  constructor(
    private readonly database: Database,
    private readonly metrics: RegistryMetrics,
  ) {
    this.links = new TimedCache<LinkKey, boolean>({
      maxAgeMs: LINK_BELIEVED_FOR_MS,
      refreshAfterMs: LINK_BELIEVED_FOR_MS / 2,
      maxEntries: LINKS_KEPT,
      load: ({ repository, digest }) => this.readLink(repository, digest),
      keeps: (isLinked) => isLinked,
    });
  }

  /** A manifest, whoever may see it. */
  async find(digest: string): Promise<StoredManifest | undefined> {
    const known = this.cache.get(digest);
    this.metrics.noteDigestLookup(known !== undefined);
    return known ?? this.read(digest);
  }

  /** Was it pushed to the repository, or mirrored for it? */
  async isLinked(repository: RepositoryName, digest: string): Promise<boolean> {
    const key = { repository, digest };
    const id = `${nameOf(repository)}@${digest}`;
    const known = this.links.peek(id, key);
    this.metrics.noteLinkLookup(known !== undefined);
    return known ?? this.links.get(id, key);
  }

  /** Stores a manifest and lets the repository show it, in one transaction; true when the repository did not show it before. */
  async keep(manifest: NewManifest): Promise<boolean> {
    const { repository, digest, bytes, parsed, isMirrored = false } = manifest;
    const isNew = await this.database.withConnection(async (connection) => {
      try {
        return await keepIn(connection, manifest, [repository.namespace, repository.stream, digest, isMirrored]);
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined); // a broken connection rolls back by itself
        throw error;
      }
    });
    // One payload signed twice has one digest: those bytes are shown that were stored first.
    if (parsed.mediaType === MEDIA_TYPE.signedSchema1) this.cache.delete(digest);
    else this.cache.set(digest, { mediaType: parsed.mediaType, bytes });
    return isNew;
  }

  /** Lets the repository show a manifest that is stored already, as mirrored; false when it is not stored. */
  async link({ namespace, stream }: RepositoryName, digest: string): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO manifest_link (namespace, stream, digest, mirrored) SELECT $1, $2, digest, true FROM manifest WHERE digest = $3
       ON CONFLICT (namespace, stream, digest) DO UPDATE SET last_used_at = now() RETURNING 1`,
      [namespace, stream, digest],
    );
    return rows.length > 0;
  }

  /** The repository shows it by digest no longer; false when it did not. */
  async unlink({ namespace, stream }: RepositoryName, digest: string): Promise<boolean> {
    const rows = await this.database.query(
      'DELETE FROM manifest_link WHERE namespace = $1 AND stream = $2 AND digest = $3 RETURNING 1',
      [namespace, stream, digest],
    );
    this.links.clear();
    return rows.length > 0;
  }

  /** `unlink`, unless it was linked since then or the repository shows an index that names it. */
  async unlinkUnneeded({ namespace, stream }: RepositoryName, digest: string, linkedBefore: Date): Promise<void> {
    await this.database.query(
      `DELETE FROM manifest_link link
        WHERE namespace = $1 AND stream = $2 AND digest = $3 AND linked_at < $4 AND NOT ${NAMED_BY_A_SHOWN_MANIFEST}`,
      [namespace, stream, digest, linkedBefore],
    );
    this.links.clear();
  }

  /**
   * Removes a manifest that no repository shows, no index names, and of which the caller knows that no history does.
   * False when something needs it, or it is not there.
   */
  async removeUnneeded(digest: string): Promise<boolean> {
    const removed = await this.database.withConnection(async (connection) => {
      await connection.query('BEGIN');
      try {
        const isRemoved = await removeLocked(connection, digest);
        await connection.query(isRemoved ? 'COMMIT' : 'ROLLBACK');
        return isRemoved;
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
    if (removed) this.cache.delete(digest);
    return removed;
  }

  /** Digests of the blobs and manifests that a manifest names. */
  async named(digest: string): Promise<string[]> {
    const rows = await this.database.query<{ digest: string }>(
      'SELECT digest FROM manifest_reference WHERE manifest = $1',
      [digest],
    );
    return rows.map((row) => row.digest);
  }

  /** What the repository has to say about a manifest, in order of digest: one page after `last`, and whether more follow. */
  async referrers(
    { namespace, stream }: RepositoryName,
    subject: string,
    { artifactType, last }: { artifactType: string | null; last: string },
  ): Promise<{ referrers: Referrer[]; hasMore: boolean }> {
    const rows = await this.database.query<Referrer & { running: string }>(
      `SELECT digest, descriptor, sum(octet_length(descriptor)) OVER (ORDER BY digest) - octet_length(descriptor) AS running
       FROM manifest JOIN manifest_link USING (digest)
       WHERE subject = $1 AND namespace = $2 AND stream = $3 AND digest > $4 AND ($5::text IS NULL OR artifact_type = $5)
       ORDER BY digest LIMIT $6`,
      [subject, namespace, stream, last, artifactType, REFERRERS_PAGE + 1],
    );
    const fitting = rows.filter(
      ({ running }, index) => index < REFERRERS_PAGE && Number(running) < REFERRERS_PAGE_BYTES,
    );
    return { referrers: fitting, hasMore: fitting.length < rows.length };
  }

  private async read(digest: string): Promise<StoredManifest | undefined> {
    const [row] = await this.database.query<{ media_type: string; content: Buffer }>(
      'SELECT media_type, content FROM manifest WHERE digest = $1',
      [digest],
    );
    if (!row) return undefined;
    const manifest = { mediaType: row.media_type, bytes: row.content };
    this.cache.set(digest, manifest);
    return manifest;
  }

  /** Whoever looks means to use it, which is noted now and then: what is mirrored would expire otherwise. */
  private async readLink({ namespace, stream }: RepositoryName, digest: string): Promise<boolean> {
    const rows = await this.database.query(
      `WITH used AS (
         UPDATE manifest_link SET last_used_at = now()
          WHERE namespace = $1 AND stream = $2 AND digest = $3 AND last_used_at < now() - interval '1 hour')
       SELECT 1 FROM manifest_link WHERE namespace = $1 AND stream = $2 AND digest = $3`,
      [namespace, stream, digest],
    );
    return rows.length > 0;
  }
}

async function keepIn(connection: SqlConnection, manifest: NewManifest, link: readonly unknown[]): Promise<boolean> {
  const { digest, bytes, parsed } = manifest;
  const named = new Set([...parsed.blobs, ...parsed.children].map((descriptor) => descriptor.digest));
  const isReferrer = parsed.subject !== undefined;
  const [, , , links] = await connection.queryAll([
    { text: 'BEGIN', values: [] },
    {
      text: `INSERT INTO manifest (digest, media_type, content, subject, artifact_type, descriptor)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO UPDATE SET last_used_at = now()`,
      values: [
        digest,
        parsed.mediaType,
        bytes,
        parsed.subject ?? null,
        isReferrer ? (parsed.artifactType ?? null) : null,
        isReferrer ? descriptorOf(manifest) : null,
      ],
    },
    {
      text: `INSERT INTO manifest_reference (manifest, digest) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
      values: [digest, [...named]],
    },
    { text: LINK, values: link },
    { text: 'COMMIT', values: [] },
  ]);
  return (links as { is_new: boolean }[])[0]?.is_new ?? false;
}

function descriptorOf({ digest, bytes, parsed: { mediaType, artifactType, annotations } }: NewManifest): string {
  return JSON.stringify({ mediaType, digest, size: bytes.length, artifactType, annotations });
}

async function removeLocked(connection: SqlConnection, digest: string): Promise<boolean> {
  const locked = await connection.query('SELECT 1 FROM manifest WHERE digest = $1 FOR UPDATE', [digest]);
  if (locked.length === 0) return false;
  const needed = await connection.query(
    `SELECT 1 WHERE EXISTS (SELECT FROM manifest_link WHERE digest = $1)
        OR EXISTS (SELECT FROM manifest_reference WHERE digest = $1)`,
    [digest],
  );
  if (needed.length > 0) return false;
  await connection.query('DELETE FROM manifest WHERE digest = $1', [digest]);
  return true;
}
