import { readConfig } from '@faktorz/configuration';
import { describe, expect, it } from '@jest/globals';
import { launcherEnv } from './launcher.config.js';

describe('the launcher', () => {
  it('needs no variable', () => {
    expect(readConfig(launcherEnv, {})).toMatchObject({
      FAKTORZ_DATA_DIR: '.faktorz',
      FAKTORZ_API_PORT: 8443,
      FAKTORZ_REGISTRY_PORT: 5000,
      FAKTORZ_OUTBOUND_ALLOWED: 'loopback',
    });
  });

  it('reads replicas', () => {
    const { FAKTORZ_REPLICAS } = readConfig(launcherEnv, { FAKTORZ_REPLICAS: 'tag-tracker=2, importer=3' });
    expect([...FAKTORZ_REPLICAS]).toEqual([
      ['tag-tracker', 2],
      ['importer', 3],
    ]);
  });

  it.each([
    ['FAKTORZ_API_PORT', '-1'],
    ['FAKTORZ_REPLICAS', 'importer'],
    ['FAKTORZ_REPLICAS', 'importer=0'],
    ['FAKTORZ_LOG', 'loud'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readConfig(launcherEnv, { [name]: value })).toThrow(new RegExp(`${name} is wrong`));
  });
});
