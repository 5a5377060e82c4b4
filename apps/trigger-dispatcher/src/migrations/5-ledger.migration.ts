import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger: what became of each change of a tag at each object that names it. What is still to be done stands in lanes of
 * its own, one for an object, so that the index of objects is not rewritten for it.
 */
export class Ledger1000000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- It is filled again by the lists that every watch begins with.
      DROP TABLE trigger_target;

      CREATE TABLE trigger_target (
        -- another one when an object is made anew under its old name
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- name of the Cluster; empty: our own store
        cluster text COLLATE "C" NOT NULL,
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid text NOT NULL,
        -- resourceVersion of the state
        version bigint NOT NULL,
        state jsonb NOT NULL,
        -- namespace/stream:tag of every trigger that can fire, and of those that are paused
        tags text[] NOT NULL,
        paused_tags text[] NOT NULL,
        UNIQUE (cluster, resource, namespace, name)
      ) WITH (fillfactor = 70);
      CREATE INDEX trigger_target_tags ON trigger_target USING gin (tags) WITH (fastupdate = off);
      CREATE INDEX trigger_target_paused ON trigger_target USING gin (paused_tags) WITH (fastupdate = off);

      -- One row for each object that may not show its tags. A lane is worked on by one process at a time.
      CREATE TABLE trigger_lane (
        target_id bigint PRIMARY KEY,
        cluster text COLLATE "C" NOT NULL,
        -- when to look; of a claimed lane the end of the lease
        due_at timestamptz NOT NULL DEFAULT now(),
        -- the order among those that are due: dependents of one change stand in line one behind the other
        turn timestamptz NOT NULL DEFAULT now(),
        -- counts the reasons to look; one that comes during a run is not forgotten when it ends
        wanted bigint NOT NULL DEFAULT 1,
        failures int NOT NULL DEFAULT 0,
        claim_token uuid
      ) WITH (fillfactor = 70);
      CREATE INDEX trigger_lane_turn ON trigger_lane (cluster, turn);
      CREATE INDEX trigger_lane_claimed ON trigger_lane (cluster) WHERE claim_token IS NOT NULL;
      CREATE INDEX trigger_lane_token ON trigger_lane (claim_token) WHERE claim_token IS NOT NULL;

      -- Clusters that have failed lately; one that is not here is well.
      CREATE TABLE cluster_circuit (
        cluster text COLLATE "C" PRIMARY KEY,
        failures int NOT NULL,
        -- nothing is sent before; then one at a time
        retry_at timestamptz NOT NULL,
        reason text NOT NULL
      );

      -- The newest change of each tag that has come this far.
      CREATE TABLE tag_change (
        -- namespace/stream:tag
        tag text COLLATE "C" PRIMARY KEY,
        position bigint NOT NULL,
        -- what triggers write; null: the tag is gone
        image text,
        changed_at timestamptz NOT NULL,
        cause text,
        caused_by text
      );

      CREATE TABLE trigger_record (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        target_id bigint NOT NULL,
        cluster text COLLATE "C" NOT NULL,
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid text NOT NULL,
        tag text COLLATE "C" NOT NULL,
        -- of the change in tag-tracker's log; 0: the tag has never pointed at an image
        position bigint NOT NULL,
        image text,
        changed_at timestamptz,
        cause text,
        caused_by text,
        phase text NOT NULL,
        reason text,
        message text,
        -- the object when the write began, until its outcome is known
        before jsonb,
        -- the images that were set
        images jsonb,
        resource_version text,
        attempts int NOT NULL DEFAULT 0,
        -- how often the image was set back after somebody else had changed it
        restored int NOT NULL DEFAULT 0,
        next_try timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        UNIQUE (target_id, tag, position)
      ) WITH (fillfactor = 80);
      CREATE INDEX trigger_record_pending ON trigger_record (tag) WHERE phase = 'Pending';
      CREATE INDEX trigger_record_open ON trigger_record (target_id) WHERE finished_at IS NULL;
      CREATE INDEX trigger_record_by_name ON trigger_record (namespace, name, seq);
      CREATE INDEX trigger_record_by_tag ON trigger_record (tag, seq);
      CREATE INDEX trigger_record_finished ON trigger_record (finished_at) WHERE finished_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE trigger_record, tag_change, cluster_circuit, trigger_lane, trigger_target;
      CREATE TABLE trigger_target (
        cluster text COLLATE "C" NOT NULL,
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid text NOT NULL,
        version bigint NOT NULL,
        state jsonb NOT NULL,
        tags text[] NOT NULL,
        due_at timestamptz DEFAULT now(),
        wanted bigint NOT NULL DEFAULT 1,
        failures int NOT NULL DEFAULT 0,
        claim_token uuid,
        claimed_until timestamptz,
        PRIMARY KEY (cluster, resource, namespace, name)
      );
      CREATE INDEX trigger_target_tags ON trigger_target USING gin (tags) WITH (fastupdate = off);
      CREATE INDEX trigger_target_due ON trigger_target (due_at) WHERE due_at IS NOT NULL;
    `);
  }
}
