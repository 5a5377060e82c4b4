import { Database, type SqlConnection, type SqlStatement } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { NAMED_BY_A_SHOWN_MANIFEST } from '../manifest/named-by-shown-manifest.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { Turns } from '../turns/turns.js';

/** A synced draft that becomes a blob of a repository. */
export interface NewBlob {
  readonly repository: RepositoryName;
  /** Of the draft in the storage. */
  readonly draftId: string;
  /** What the draft's bytes were found to be. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Kept only because somebody pulled it through; expires when unused. */
  readonly isMirrored?: boolean;
  /** Part of the same transaction. */
  readonly alongside?: SqlStatement;
}

/** A use is written down at most this often. */
const USE_NOTED_EVERY_MS = 60 * 60_000;
const USES_KEPT = 50_000;

/** Each holds a connection while the disk works; requests that need one for a moment must find some left. */
const PUBLISHED_AT_ONCE = 6;

const LOCK_OR_MAKE = `
  INSERT INTO blob (digest, size_bytes) VALUES ($1, $2)
  ON CONFLICT (digest) DO UPDATE SET last_used_at = now()`;
const LINK = `
  INSERT INTO blob_link (namespace, stream, digest, mirrored) SELECT $1, $2, digest, $4 FROM blob WHERE digest = $3
  ON CONFLICT (namespace, stream, digest) DO UPDATE
    SET mirrored = blob_link.mirrored AND excluded.mirrored, linked_at = now(), last_used_at = now()
  RETURNING digest`;

/** Only a link that collection leaves alone counts: one used lately, or touched here while nobody was deleting it. */
const LINKED_SIZE = `
  WITH touched AS (
    UPDATE blob_link SET last_used_at = now()
     WHERE namespace = $1 AND stream = $2 AND digest = $3 AND last_used_at < now() - interval '1 hour'
    RETURNING digest)
  SELECT size_bytes FROM blob_link JOIN blob USING (digest)
   WHERE namespace = $1 AND stream = $2 AND digest = $3
     AND (blob_link.last_used_at >= now() - interval '1 hour' OR EXISTS (SELECT FROM touched))`;

/**
 * Which blobs there are, and which repositories show them. The bytes are the storage's; a blob's row is locked whenever
 * its bytes appear or go, so that the two agree.
 */
@Injectable()
export class BlobStore {
  private readonly noted = new Map<string, number>();
  private readonly publishing = new Turns(PUBLISHED_AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly storage: BlobStorage,
  ) {}

  /**
   * Size of a blob the repository shows; undefined when it does not. Whoever asks may be about to push a manifest that
   * names it, so a link that was forgotten for long counts as used before it is answered for.
   */
  async linkedSize({ namespace, stream }: RepositoryName, digest: string): Promise<number | undefined> {
    const [row] = await this.database.query<{ size_bytes: string }>(LINKED_SIZE, [namespace, stream, digest]);
    return row && Number(row.size_bytes);
  }

  /** Size of a blob, whoever may see it; undefined when there is none. */
  async storedSize(digest: string): Promise<number | undefined> {
    const [row] = await this.database.query<{ size_bytes: string }>('SELECT size_bytes FROM blob WHERE digest = $1', [
      digest,
    ]);
    return row && Number(row.size_bytes);
  }

  /** Sizes of all those blobs the repository shows. */
  async linkedSizes({ namespace, stream }: RepositoryName, digests: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ digest: string; size_bytes: string }>(
      `SELECT digest, size_bytes FROM blob_link JOIN blob USING (digest)
       WHERE namespace = $1 AND stream = $2 AND digest = ANY ($3)`,
      [namespace, stream, digests],
    );
    return new Map(rows.map(({ digest, size_bytes }) => [digest, Number(size_bytes)]));
  }

  /** Repositories that show the blob, `limit` of them. */
  async repositoriesWith(digest: string, limit: number): Promise<RepositoryName[]> {
    return this.database.query<{ namespace: string; stream: string }>(
      'SELECT namespace, stream FROM blob_link WHERE digest = $1 ORDER BY namespace, stream LIMIT $2',
      [digest, limit],
    );
  }

  /** Makes the draft a blob that the repository shows. When this resolves the blob survives any failure. */
  publish(blob: NewBlob): Promise<void> {
    return this.publishing.take(() => this.publishNow(blob));
  }

  private async publishNow(blob: NewBlob): Promise<void> {
    const { repository, digest, isMirrored = false } = blob;
    await this.database.withConnection(async (connection) => {
      try {
        await connection.queryAll([
          { text: 'BEGIN', values: [] },
          { text: LOCK_OR_MAKE, values: [digest, blob.sizeBytes] },
        ]);
        await this.storage.publish(blob.draftId, digest);
        await connection.queryAll([
          { text: LINK, values: [repository.namespace, repository.stream, digest, isMirrored] },
          ...(blob.alongside ? [blob.alongside] : []),
          { text: 'COMMIT', values: [] },
        ]);
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined); // a broken connection rolls back by itself
        throw error;
      }
    });
  }

  /** Lets the repository show a blob that is stored already; false when it is not stored. */
  async link({ namespace, stream }: RepositoryName, digest: string, isMirrored = false): Promise<boolean> {
    const rows = await this.database.query(LINK, [namespace, stream, digest, isMirrored]);
    return rows.length > 0;
  }

  /** The repository needs these blobs, however they came to it: they do not expire. Which of them it does not show. */
  async claim({ namespace, stream }: RepositoryName, digests: readonly string[]): Promise<string[]> {
    if (digests.length === 0) return [];
    const rows = await this.database.query<{ digest: string }>(
      `UPDATE blob_link SET mirrored = false, last_used_at = now()
       WHERE namespace = $1 AND stream = $2 AND digest = ANY ($3) RETURNING digest`,
      [namespace, stream, digests],
    );
    const claimed = new Set(rows.map(({ digest }) => digest));
    return digests.filter((digest) => !claimed.has(digest));
  }

  /** The repository shows the blob no longer; false when it did not. */
  async unlink({ namespace, stream }: RepositoryName, digest: string): Promise<boolean> {
    const rows = await this.database.query(
      'DELETE FROM blob_link WHERE namespace = $1 AND stream = $2 AND digest = $3 RETURNING 1',
      [namespace, stream, digest],
    );
    return rows.length > 0;
  }

  /** `unlink`, unless it was used since then or a manifest that the repository shows names it. */
  async unlinkUnneeded({ namespace, stream }: RepositoryName, digest: string, unusedSince: Date): Promise<void> {
    await this.database.query(
      `DELETE FROM blob_link link
        WHERE namespace = $1 AND stream = $2 AND digest = $3 AND last_used_at < $4 AND NOT ${NAMED_BY_A_SHOWN_MANIFEST}`,
      [namespace, stream, digest, unusedSince],
    );
  }

  /**
   * Removes a blob that nothing needs: no repository shows it and no manifest names it. False when something needs it,
   * or it is not there. The row stays locked until the bytes are gone; who wants to link it meanwhile waits, and finds
   * nothing.
   */
  async removeUnneeded(digest: string): Promise<boolean> {
    return this.database.withConnection(async (connection) => {
      await connection.query('BEGIN');
      try {
        const isRemoved = await this.removeLocked(connection, digest);
        await connection.query(isRemoved ? 'COMMIT' : 'ROLLBACK');
        return isRemoved;
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /**
   * Removes the file of a blob that has no row: its process was killed after the one and before the other. Whoever
   * publishes it at this moment waits, or is waited for; then there is a row, and the file stays.
   */
  async removeStray(digest: string): Promise<boolean> {
    return this.database.withConnection(async (connection) => {
      await connection.query('BEGIN');
      try {
        const held = await connection.query(
          'INSERT INTO blob (digest, size_bytes) VALUES ($1, 0) ON CONFLICT DO NOTHING RETURNING 1',
          [digest],
        );
        return held.length > 0 && (await this.storage.remove(digest));
      } finally {
        await connection.query('ROLLBACK').catch(() => undefined);
      }
    });
  }

  /** Those of the digests that have a row. */
  async known(digests: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ digest: string }>('SELECT digest FROM blob WHERE digest = ANY ($1)', [
      digests,
    ]);
    return new Set(rows.map(({ digest }) => digest));
  }

  private async removeLocked(connection: SqlConnection, digest: string): Promise<boolean> {
    const locked = await connection.query('SELECT 1 FROM blob WHERE digest = $1 FOR UPDATE', [digest]);
    if (locked.length === 0) return false;
    // A statement of its own: it sees what was committed while the lock was waited for.
    const needed = await connection.query(
      `SELECT 1 WHERE EXISTS (SELECT FROM blob_link WHERE digest = $1)
          OR EXISTS (SELECT FROM manifest_reference WHERE digest = $1)`,
      [digest],
    );
    if (needed.length > 0) return false;
    await this.storage.remove(digest);
    await connection.query('DELETE FROM blob WHERE digest = $1', [digest]);
    return true;
  }

  /** Notes that somebody pulled the blob, now and then; nobody waits for it. */
  noteUse({ namespace, stream }: RepositoryName, digest: string): void {
    const key = `${namespace}/${stream}@${digest}`;
    const now = Date.now();
    if (now - (this.noted.get(key) ?? 0) < USE_NOTED_EVERY_MS) return;
    if (this.noted.size >= USES_KEPT) this.noted.clear();
    this.noted.set(key, now);
    void this.database
      .query(
        `WITH used AS (UPDATE blob SET last_used_at = now() WHERE digest = $3)
         UPDATE blob_link SET last_used_at = now() WHERE namespace = $1 AND stream = $2 AND digest = $3`,
        [namespace, stream, digest],
      )
      .catch(() => this.noted.delete(key));
  }
}
