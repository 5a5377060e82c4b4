import { describe, expect, it } from '@jest/globals';
import { natsServerConfig } from './nats-server-config.js';
import { NATS_SERVICES, natsUsers } from './nats-users.js';

const userOf = (service: string) => natsUsers([service])[0]!;

describe('users of nats-server', () => {
  it.each([...NATS_SERVICES])('%s asks and publishes under its own name only', (service) => {
    for (const subject of userOf(service).publish.allow) {
      if (subject.startsWith('faktorz.rpc.')) expect(subject.endsWith(`.${service}`)).toBe(true);
      if (subject.startsWith('faktorz.events.')) expect(subject).toBe(`faktorz.events.${service}.>`);
    }
    expect(userOf(service).subscribe.allow).toEqual([`faktorz.rpc.${service}.*.*.*`, `_INBOX_${service}.>`]);
  });

  it('gives the gateway neither events to publish nor secrets to read', () => {
    const { publish } = userOf('gateway');
    expect(publish.allow.filter((subject) => subject.startsWith('faktorz.events.'))).toEqual([]);
    expect(publish.deny).toContain('faktorz.rpc.auth.secret.*.gateway');
  });

  it('knows no user nobody wrote down', () => {
    expect(() => natsUsers(['stranger'])).toThrow('stranger');
  });
});

describe('configuration of nats-server', () => {
  const users = natsUsers(['auth']).map((user) => ({ ...user, password: 'quo"te' }));
  const parsed = (syncAlways: boolean) =>
    JSON.parse(natsServerConfig({ users, storeDir: '/data', port: 4222, syncAlways })) as Record<string, never>;

  it('lists every user with password and permissions', () => {
    expect(parsed(false)).toMatchObject({
      listen: '127.0.0.1:4222',
      jetstream: { store_dir: '/data' },
      authorization: { users: [{ user: 'auth', password: 'quo"te', permissions: { allow_responses: { max: 1 } } }] },
    });
  });

  it('names sync_interval only where the server knows it', () => {
    expect(parsed(true).jetstream).toEqual({ store_dir: '/data', sync_interval: 'always' });
    expect(parsed(false).jetstream).toEqual({ store_dir: '/data' });
  });
});
