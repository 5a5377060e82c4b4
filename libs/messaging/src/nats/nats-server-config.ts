import type { NatsUser } from './nats-users.js';

export interface NatsServerConfigOptions {
  users: readonly (NatsUser & { password: string })[];
  /** Where JetStream keeps its files. */
  storeDir: string;
  port: number;
  /** Default `127.0.0.1`. */
  host?: string;
  /** Write every message to disk before it is acknowledged; only nats-server 2.10 and later know the setting. */
  syncAlways: boolean;
}

/**
 * The text of nats-server's configuration file, which has passwords in it: keep it from others. The format is
 * nats-server's own, of which JSON is a part (https://docs.nats.io/running-a-nats-service/configuration).
 */
export function natsServerConfig(options: NatsServerConfigOptions): string {
  const { users, storeDir, port, host = '127.0.0.1', syncAlways } = options;
  const config = {
    server_name: 'faktorz',
    listen: `${host}:${port}`,
    max_payload: 1024 * 1024,
    jetstream: { store_dir: storeDir, ...(syncAlways ? { sync_interval: 'always' } : {}) },
    authorization: {
      users: users.map(({ service, password, publish, subscribe }) => ({
        user: service,
        password,
        permissions: {
          publish: { allow: publish.allow, ...(publish.deny.length > 0 ? { deny: publish.deny } : {}) },
          subscribe: { allow: subscribe.allow },
          // Answers go to the inbox a question names, and nowhere else.
          allow_responses: { max: 1, expires: '1m' },
        },
      })),
    },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
