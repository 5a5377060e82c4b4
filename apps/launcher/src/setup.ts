import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '@faktorz/configuration';
import { databaseUrl, ensureCertificates, ensureDatabase, type LocalCertificates } from '@faktorz/embedded';
import { DATABASE, databaseOwners } from './embedded-servers.js';
import { kubeconfig } from './kubeconfig.js';
import { natsConfiguration, natsPasswords } from './nats-access.js';
import { openSecrets, type Secrets } from './secrets.js';
import { schemaOf, SERVICES } from './service-table.js';
import { type SetupConfig, setupEnv } from './setup.config.js';

/** nats-server in a container: all addresses, the directory its volume has there, a version we name in docker-compose.yml. */
const NATS_PLACE = { host: '0.0.0.0', port: 4222, storeDirectory: '/nats/jetstream', serverVersion: '2.12.0' };

/** What the first argument may be; each can be repeated and keeps what is there. */
const COMMANDS: Record<string, (config: SetupConfig, secrets: Secrets) => Promise<void>> = {
  secrets: writeSecrets,
  database: async (config, secrets) => {
    const server = {
      host: config.FAKTORZ_SETUP_POSTGRES_HOST,
      port: config.FAKTORZ_SETUP_POSTGRES_PORT,
      superuserPassword: await secrets.password('postgres/superuser'),
    };
    await ensureDatabase(server, DATABASE, await databaseOwners(secrets));
  },
  kubeconfig: async (config, secrets) => {
    const { ca } = await certificates(config);
    process.stdout.write(kubeconfig(config.FAKTORZ_SETUP_API_URL, ca, (await secrets.tokenFile('admin.token')).token));
  },
};

/** Puts into each service's volume what that service needs, and nothing of the others. */
async function writeSecrets(config: SetupConfig, secrets: Secrets): Promise<void> {
  const file = (volume: string, name: string): string => join(config.FAKTORZ_SETUP_DIRECTORY, volume, name);
  // Read by PostgreSQL's own user, from a volume that only its container mounts.
  await write(file('postgres', 'superuser.password'), await secrets.password('postgres/superuser'), 0o444);
  const passwords = await natsPasswords(secrets);
  await mkdir(file('nats', 'jetstream'), { recursive: true, mode: 0o700 });
  await write(file('nats', 'nats-server.conf'), (await natsConfiguration(passwords))(NATS_PLACE), 0o600);
  for (const { name } of SERVICES)
    await write(file(name, 'env'), await environmentOf(name, config, secrets, passwords), 0o600);
  await copy(await secrets.keyFile('encryption.key'), file('auth', 'encryption.key'));
  await copy((await secrets.tokenFile('admin.token')).path, file('auth', 'admin.token'));
  const { caFile, certificateFile, keyFile } = await certificates(config);
  await copy(caFile, file('auth', 'ca.crt'));
  await copy(certificateFile, file('gateway', 'server.crt'));
  await copy(keyFile, file('gateway', 'server.key'));
}

/** Variables with passwords, as `node --env-file` reads them. */
async function environmentOf(
  service: string,
  config: SetupConfig,
  secrets: Secrets,
  passwords: Readonly<Record<string, string>>,
): Promise<string> {
  const lines = [`FAKTORZ_NATS_USER=${service}`, `FAKTORZ_NATS_PASSWORD=${passwords[service] ?? ''}`];
  const owner = (await databaseOwners(secrets)).find(({ name }) => name === schemaOf(service));
  const server = { host: config.FAKTORZ_SETUP_POSTGRES_HOST, port: config.FAKTORZ_SETUP_POSTGRES_PORT };
  if (owner) lines.push(`FAKTORZ_DATABASE_URL=${databaseUrl(server, DATABASE, owner)}`);
  return lines.join('\n');
}

function certificates(config: SetupConfig): Promise<LocalCertificates> {
  const hosts = ['gateway', new URL(config.FAKTORZ_SETUP_API_URL).hostname];
  return ensureCertificates({ directory: join(config.FAKTORZ_SETUP_DIRECTORY, 'setup', 'tls'), hosts });
}

async function copy(from: string, to: string): Promise<void> {
  if ((await readFile(to, 'utf8').catch(() => '')) !== (await readFile(from, 'utf8'))) await copyFile(from, to);
}

async function write(path: string, text: string, mode: number): Promise<void> {
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== `${text}\n`) await writeFile(path, `${text}\n`, { mode });
}

const command = COMMANDS[process.argv[2] ?? ''];
if (!command) {
  process.stderr.write(`usage: setup ${Object.keys(COMMANDS).join('|')}\n`);
  process.exit(2);
}
const setup = readConfig(setupEnv, process.env);
await command(setup, await openSecrets(join(setup.FAKTORZ_SETUP_DIRECTORY, 'setup', 'passwords')));
