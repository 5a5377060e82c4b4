import { describe, expect, it } from '@jest/globals';
import { planReplicas, replicaName, urlVariables } from './replicas.js';

describe('replicas', () => {
  it('are one of each service unless asked otherwise, on ports of their own', async () => {
    const replicas = await planReplicas(new Map([['importer', 2]]));
    expect(replicas.map(replicaName)).toEqual([
      'auth',
      'tag-tracker',
      'importer',
      'importer-2',
      'trigger-dispatcher',
      'workloads',
      'registry',
      'gateway',
    ]);
    expect(new Set(replicas.map(({ port }) => port)).size).toBe(replicas.length);
  });

  it('are all named to the others', async () => {
    const replicas = await planReplicas(new Map([['importer', 2]]));
    expect(urlVariables(replicas).FAKTORZ_IMPORTER_URL?.split(',')).toHaveLength(2);
    expect(Object.keys(urlVariables(replicas))).not.toContain('FAKTORZ_GATEWAY_URL');
  });

  it.each([
    ['an unknown service', 'imports', 2, /names imports; the services are auth/],
    ['a second public door', 'gateway', 2, /runs once/],
  ])('refuse %s', async (_what, name, count, message) => {
    await expect(planReplicas(new Map([[name, count]]))).rejects.toThrow(message);
  });
});
