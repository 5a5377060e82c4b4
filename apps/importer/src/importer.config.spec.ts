import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@faktorz/service-kit';
import { importerEnv } from './importer.config.js';

const minimal = { FAKTORZ_DATABASE_URL: 'postgres://importer:x@127.0.0.1:5432/faktorz' };

describe('the configuration of importer', () => {
  it('has defaults for everything but the database', () => {
    const config = readConfig(importerEnv, minimal);
    expect(config).toMatchObject({
      FAKTORZ_HTTP_PORT: 8453,
      FAKTORZ_IMPORTER_PAUSED: false,
      FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: 900,
      FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: 60,
      FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY: 50,
    });
    expect(config.FAKTORZ_OUTBOUND_ALLOWED.allows('localhost', '127.0.0.1')).toBe(false);
    expect(config.FAKTORZ_REGISTRY_POLICY_FILE.current.hasAllowList).toBe(false);
  });

  it('reads what outgoing requests may reach', () => {
    const { FAKTORZ_OUTBOUND_ALLOWED: policy } = readConfig(importerEnv, {
      ...minimal,
      FAKTORZ_OUTBOUND_ALLOWED: 'loopback, 10.0.0.0/8',
    });
    expect(policy.allows('x', '127.0.0.1')).toBe(true);
    expect(policy.allows('x', '10.1.1.1')).toBe(true);
  });

  it.each([
    ['FAKTORZ_IMPORTER_PAUSED', 'maybe'],
    ['FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS', '0'],
    ['FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE', 'many'],
    ['FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY', '1.5'],
    ['FAKTORZ_IMPORTER_FETCHES_PER_REGISTRY', '0'],
    ['FAKTORZ_IMPORTER_WORKERS', '1000'],
    ['FAKTORZ_OUTBOUND_ALLOWED', '10.0.0.0/99'],
    ['FAKTORZ_REGISTRY_POLICY_FILE', '/nowhere/policy.yaml'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readConfig(importerEnv, { ...minimal, [name]: value })).toThrow(name);
  });
});
