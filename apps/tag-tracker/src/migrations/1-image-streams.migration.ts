import { NAMESPACE_TABLES, NAMESPACE_TABLES_DOWN } from '@faktorz/namespaces';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Streams, their tags and the tags' history as versioned rows: a row is visible at every log position P with
 * `valid_from <= P < valid_to`, so lists, watches and pages can show exactly what was true at a position, and
 * moving one tag writes as many rows in a stream of ten tags as in one of ten thousand. The keys lead with `valid_to`:
 * what was true at a recent position is then found past everything that ended before, however long the history.
 */
export class ImageStreams1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE image_stream (
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid uuid NOT NULL UNIQUE,
        PRIMARY KEY (namespace, name)
      );

      CREATE TABLE image_stream_version (
        uid uuid NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        valid_from bigint NOT NULL,
        valid_to bigint NOT NULL DEFAULT 9223372036854775807,
        generation bigint NOT NULL,
        labels jsonb,
        annotations jsonb,
        metadata jsonb NOT NULL,
        local_lookup boolean NOT NULL,
        repository text,
        PRIMARY KEY (uid, valid_to)
      );
      CREATE UNIQUE INDEX image_stream_current ON image_stream_version (namespace, name) INCLUDE (valid_from, uid)
        WHERE valid_to = 9223372036854775807;
      CREATE INDEX image_stream_ended ON image_stream_version (valid_to) WHERE valid_to < 9223372036854775807;

      CREATE TABLE stream_fields_version (
        stream_uid uuid NOT NULL,
        valid_from bigint NOT NULL,
        valid_to bigint NOT NULL DEFAULT 9223372036854775807,
        managed_fields jsonb NOT NULL,
        PRIMARY KEY (stream_uid, valid_to)
      );
      CREATE INDEX stream_fields_ended ON stream_fields_version (valid_to) WHERE valid_to < 9223372036854775807;

      CREATE TABLE stream_tag_version (
        stream_uid uuid NOT NULL,
        tag text COLLATE "C" NOT NULL,
        valid_from bigint NOT NULL,
        valid_to bigint NOT NULL DEFAULT 9223372036854775807,
        spec jsonb,
        conditions jsonb,
        follows text COLLATE "C",
        PRIMARY KEY (stream_uid, valid_to, tag)
      );
      CREATE UNIQUE INDEX stream_tag_current ON stream_tag_version (stream_uid, tag)
        WHERE valid_to = 9223372036854775807;
      CREATE INDEX stream_tag_followers ON stream_tag_version (stream_uid, follows)
        WHERE valid_to = 9223372036854775807 AND follows IS NOT NULL;
      CREATE INDEX stream_tag_ended ON stream_tag_version (valid_to) WHERE valid_to < 9223372036854775807;

      CREATE SEQUENCE tag_event_seq;
      CREATE TABLE tag_event_version (
        stream_uid uuid NOT NULL,
        tag text COLLATE "C" NOT NULL,
        seq bigint NOT NULL,
        valid_from bigint NOT NULL,
        valid_to bigint NOT NULL DEFAULT 9223372036854775807,
        created text NOT NULL,
        reference text NOT NULL,
        image text COLLATE "C" NOT NULL,
        generation bigint NOT NULL,
        first_seen text NOT NULL,
        cause text NOT NULL,
        caused_by text NOT NULL,
        cause_id text,
        PRIMARY KEY (stream_uid, valid_to, tag, seq)
      );
      CREATE INDEX tag_event_current ON tag_event_version (stream_uid, tag, seq DESC)
        WHERE valid_to = 9223372036854775807;
      CREATE INDEX tag_event_by_image ON tag_event_version (stream_uid, image, tag)
        WHERE valid_to = 9223372036854775807;
      CREATE INDEX tag_event_ended ON tag_event_version (valid_to) WHERE valid_to < 9223372036854775807;

      CREATE TABLE applied_import (
        import_id uuid PRIMARY KEY,
        namespace text NOT NULL,
        stream text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE finished_import (
        import_id uuid PRIMARY KEY,
        namespace text NOT NULL,
        stream text NOT NULL,
        results_url text NOT NULL,
        items_expected int NOT NULL,
        items_seen int[] NOT NULL,
        ready boolean NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        claim_token uuid,
        claimed_until timestamptz
      );
      CREATE INDEX finished_import_due ON finished_import (due_at) WHERE ready;

      ${NAMESPACE_TABLES}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE finished_import, applied_import, tag_event_version,
        stream_tag_version, stream_fields_version, image_stream_version, image_stream;
      DROP SEQUENCE tag_event_seq;
      ${NAMESPACE_TABLES_DOWN}
    `);
  }
}
