import { CLAIM_COLUMNS } from '@faktorz/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Blobs, manifests, the repositories that show them, and uploads. Whoever makes something that needs a blob holds its
 * row (a foreign key does so by itself); whoever removes a blob's bytes locks the row first, and finds out then whether
 * anything needs it.
 */
export class Blobs1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE blob (
        digest text COLLATE "C" PRIMARY KEY,
        size_bytes bigint NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX blob_unused ON blob (last_used_at);

      -- The blobs a repository shows. A repository is a pair of names; it needs no row and no stream.
      CREATE TABLE blob_link (
        namespace text COLLATE "C" NOT NULL,
        stream text COLLATE "C" NOT NULL,
        digest text COLLATE "C" NOT NULL REFERENCES blob,
        -- kept because somebody pulled it through, not because somebody pushed it
        mirrored boolean NOT NULL DEFAULT false,
        linked_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (namespace, stream, digest)
      ) WITH (fillfactor = 80);
      CREATE INDEX blob_link_digest ON blob_link (digest);
      CREATE INDEX blob_link_mirrored ON blob_link (last_used_at) WHERE mirrored;

      CREATE TABLE manifest (
        digest text COLLATE "C" PRIMARY KEY,
        media_type text NOT NULL,
        -- byte for byte as it was pushed
        content bytea NOT NULL,
        -- the manifest this one says something about, whether or not it is here
        subject text COLLATE "C",
        -- of a manifest with a subject: its type, and how lists of referrers show it
        artifact_type text,
        descriptor text,
        stored_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE manifest ALTER COLUMN content SET STORAGE EXTERNAL;
      CREATE INDEX manifest_subject ON manifest (subject) WHERE subject IS NOT NULL;
      CREATE INDEX manifest_unused ON manifest (last_used_at);

      -- The manifests a repository shows by digest, beside those of its stream's history.
      CREATE TABLE manifest_link (
        namespace text COLLATE "C" NOT NULL,
        stream text COLLATE "C" NOT NULL,
        digest text COLLATE "C" NOT NULL REFERENCES manifest,
        mirrored boolean NOT NULL DEFAULT false,
        linked_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (namespace, stream, digest)
      ) WITH (fillfactor = 80);
      CREATE INDEX manifest_link_digest ON manifest_link (digest);

      -- What a manifest names: blobs, and the manifests of an index, which may be missing.
      CREATE TABLE manifest_reference (
        manifest text COLLATE "C" NOT NULL REFERENCES manifest ON DELETE CASCADE,
        digest text COLLATE "C" NOT NULL,
        PRIMARY KEY (manifest, digest)
      );
      CREATE INDEX manifest_reference_digest ON manifest_reference (digest);

      -- Uploads under way. Whoever writes one holds its claim; the offset is what was acknowledged. Who takes over the
      -- claim of another, which may not have noticed yet, goes on in a draft of its own.
      CREATE TABLE upload (
        id uuid PRIMARY KEY,
        namespace text COLLATE "C" NOT NULL,
        stream text COLLATE "C" NOT NULL,
        owner text NOT NULL,
        algorithm text NOT NULL,
        draft_id uuid NOT NULL,
        previous_draft_id uuid,
        offset_bytes bigint NOT NULL DEFAULT 0,
        touched_at timestamptz NOT NULL DEFAULT now(),
        ${CLAIM_COLUMNS}
      ) WITH (fillfactor = 70);
      CREATE INDEX upload_touched ON upload (touched_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upload, manifest_reference, manifest_link, manifest, blob_link, blob');
  }
}
