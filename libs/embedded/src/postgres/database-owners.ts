import pg from 'pg';

/** A service's own part of the database: a schema and the role that owns it, both of this name. */
export interface SchemaOwner {
  /** Lower-case letters, digits and underscores, e.g. `tag_tracker`. */
  name: string;
  password: string;
}

export interface DatabaseServer {
  host: string;
  port: number;
  superuserPassword: string;
}

/** The superuser of an embedded PostgreSQL. */
export const SUPERUSER = 'postgres';

/**
 * Makes a database, and in it one schema and one role per owner; what exists is kept, passwords are set anew. A role
 * reaches its own schema and nothing else.
 */
export async function ensureDatabase(
  server: DatabaseServer,
  database: string,
  owners: readonly SchemaOwner[],
): Promise<void> {
  for (const name of [database, ...owners.map((owner) => owner.name)]) assertIdentifier(name);
  await asSuperuser(server, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  });
  await asSuperuser(server, database, async (client) => {
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    for (const owner of owners) await ensureOwner(client, database, owner);
  });
}

/** The URL a service connects with. */
export function databaseUrl(
  server: Pick<DatabaseServer, 'host' | 'port'>,
  database: string,
  owner: SchemaOwner,
): string {
  return `postgres://${owner.name}:${encodeURIComponent(owner.password)}@${server.host}:${server.port}/${database}`;
}

async function ensureOwner(client: pg.Client, database: string, { name, password }: SchemaOwner): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${name} AUTHORIZATION ${name}`);
  await client.query(`ALTER ROLE ${name} IN DATABASE ${database} SET search_path = ${name}`);
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${name}`);
}

async function asSuperuser(
  server: DatabaseServer,
  database: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const { host, port, superuserPassword } = server;
  const client = new pg.Client({ host, port, user: SUPERUSER, password: superuserPassword, database });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function assertIdentifier(name: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new TypeError(`not a plain SQL identifier: ${name}`);
}
