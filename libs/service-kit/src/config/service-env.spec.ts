import { ConfigError, readConfig } from '@faktorz/configuration';
import { describe, expect, it } from '@jest/globals';
import { serviceEnv } from './service-env.js';

const GOOD = { FAKTORZ_DATABASE_URL: 'postgres://auth:secret@127.0.0.1:5432/faktorz' };

describe('the variables of every service', () => {
  it('have defaults for everything but the database', () => {
    expect(readConfig(serviceEnv, GOOD)).toEqual({
      ...GOOD,
      FAKTORZ_NATS_URL: 'nats://127.0.0.1:4222',
      FAKTORZ_HTTP_HOST: '127.0.0.1',
      FAKTORZ_HTTP_PORT: 0,
      FAKTORZ_LOG_LEVEL: 'info',
      FAKTORZ_AUTH_URL: ['http://127.0.0.1:8451'],
      FAKTORZ_TAG_TRACKER_URL: ['http://127.0.0.1:8452'],
      FAKTORZ_IMPORTER_URL: ['http://127.0.0.1:8453'],
      FAKTORZ_TRIGGER_DISPATCHER_URL: ['http://127.0.0.1:8454'],
      FAKTORZ_WORKLOADS_URL: ['http://127.0.0.1:8455'],
      FAKTORZ_REGISTRY_URL: ['http://127.0.0.1:8456'],
    });
  });

  it.each([
    ['FAKTORZ_DATABASE_URL', 'mysql://x'],
    ['FAKTORZ_HTTP_PORT', '70000'],
    ['FAKTORZ_HTTP_PORT', 'http'],
    ['FAKTORZ_SERVICE_URL', 'auth:8451'],
    ['FAKTORZ_LOG_LEVEL', 'loud'],
    ['FAKTORZ_AUTH_URL', 'http://a,auth'],
  ])('refuse %s=%s by name', (name, value) => {
    const read = (): unknown => readConfig(serviceEnv, { ...GOOD, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^bad configuration: ${name} is wrong`));
  });

  it('are all documented', () => {
    for (const [name, variable] of Object.entries(serviceEnv.shape)) {
      expect([name, variable.description ?? '']).toEqual([name, expect.stringMatching(/\w/)]);
    }
  });
});
