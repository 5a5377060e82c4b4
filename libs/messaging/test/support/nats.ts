import { startTestNats, type TestNats } from '@faktorz/testing';
import { natsServerConfig, natsUsers } from '../../src/index.js';

/** A nats-server with the users and permissions of production. */
export function startNatsWithUsers(): Promise<TestNats> {
  const users = natsUsers().map((user) => ({ ...user, password: credentials(user.service).password }));
  return startTestNats(({ host, port, storeDirectory }) =>
    natsServerConfig({ users, storeDir: storeDirectory, host, port, syncAlways: false }),
  );
}

/** User and password of a service. */
export function credentials(service: string): { user: string; password: string } {
  return { user: service, password: `${service}-secret` };
}
