import type { NatsPlace } from '@faktorz/embedded';
import type { Secrets } from './secrets.js';
import { SERVICES } from './service-table.js';

/** A password on nats-server for every service. */
export async function natsPasswords(secrets: Secrets): Promise<Record<string, string>> {
  const passwords: Record<string, string> = {};
  for (const { name } of SERVICES) passwords[name] = await secrets.password(`nats/${name}`);
  return passwords;
}

/** nats-server's configuration: one user per service, limited to its subjects, JetStream on disk. */
export async function natsConfiguration(
  passwords: Readonly<Record<string, string>>,
): Promise<(place: NatsPlace) => string> {
  // Loaded while PostgreSQL starts: messaging brings Nest with it, which costs most of a second.
  const { natsServerConfig, natsUsers } = await import('@faktorz/messaging');
  const users = natsUsers(Object.keys(passwords)).map((user) => ({ ...user, password: passwords[user.service] ?? '' }));
  return ({ host, port, storeDirectory, serverVersion }) =>
    natsServerConfig({ users, storeDir: storeDirectory, host, port, syncAlways: knowsSyncInterval(serverVersion) });
}

/** Servers before 2.10 refuse `sync_interval`. */
function knowsSyncInterval(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
