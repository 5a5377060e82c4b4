/** Statements for a migration of the service: what it knows of namespaces, and those it has to empty. */
export const NAMESPACE_TABLES = `
  CREATE TABLE known_namespace (
    name text COLLATE "C" PRIMARY KEY,
    uid text NOT NULL,
    phase text NOT NULL
  );

  CREATE TABLE namespace_cleanup (
    name text PRIMARY KEY,
    uid text NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    claim_token uuid,
    claimed_until timestamptz
  );
`;

/** Takes `NAMESPACE_TABLES` back. */
export const NAMESPACE_TABLES_DOWN = 'DROP TABLE namespace_cleanup, known_namespace';
