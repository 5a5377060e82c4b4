import { join } from 'node:path';
import { eventually, randomImage } from '@faktorz/testing';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Acceptance } from './support/acceptance.js';
import { ContainerTools } from './support/container-tools.js';
import { streamPath, type StreamView } from './support/image-streams.js';

jest.setTimeout(120_000); // each command is a process of its own

const PROJECT = 'small';
const LIMITS = `
apiVersion: v1
kind: LimitRange
metadata: {name: images}
spec:
  limits:
    - type: openshift.io/Image
      max: {storage: 64Ki}
    - type: openshift.io/ImageStream
      max: {openshift.io/images: 2, openshift.io/image-tags: 2}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: one}
spec:
  hard: {openshift.io/imagestreams: 1}
`;

let bench: Acceptance;
let tools: ContainerTools;

beforeAll(async () => {
  bench = await Acceptance.start();
  tools = await ContainerTools.in(join(bench.directory, 'tools'));
  for (const tag of ['a', 'b', 'c']) await bench.registry.push(`team/app:${tag}`, randomImage());
  const large = randomImage({ config: { Labels: { padding: 'x'.repeat(100_000) } } });
  await bench.registry.push('team/app:large', large);
  await faktorz('new-project', PROJECT);
  const host = `127.0.0.1:${bench.system.registryPort}`;
  expect(await tools.skopeo('login', '--tls-verify=false', '-u', 'x', '-p', bench.system.token, host)).toMatchObject({
    code: 0,
  });
  await faktorz('create', '-f', await bench.file('limits.yaml', LIMITS));
}, 180_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function faktorz(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await bench.faktorz(args);
  return code === 0 ? stdout : stderr;
}

async function push(source: string, target: string): Promise<string> {
  const copy = ['copy', '--src-tls-verify=false', '--dest-tls-verify=false'];
  const to = `docker://127.0.0.1:${bench.system.registryPort}/${PROJECT}/${target}`;
  const { code, stderr } = await tools.skopeo(...copy, `docker://${bench.registry.host}/team/app:${source}`, to);
  return code === 0 ? '' : stderr;
}

it('limits hold for pushes, for tags and for imports, until they are taken away', async () => {
  expect(await push('a', 'app:a')).toBe('');
  expect(await push('a', 'other:a')).toMatch(/denied/);
  expect(await push('large', 'app:large')).toMatch(/denied/);
  expect(await faktorz('create', 'imagestream', 'other')).toContain('exceeded quota: one');

  const from = (tag: string) => `${bench.registry.host}/team/app:${tag}`;
  const source = ['--insecure', '--confirm'];
  expect(await faktorz('import-image', 'app:b', `--from=${from('b')}`, ...source)).toContain('b');
  const refused = await faktorz('import-image', 'app:c', `--from=${from('c')}`, ...source);
  expect(refused).toContain(
    'requested usage of openshift.io/images exceeds the maximum limit per openshift.io/ImageStream (3 > 2)',
  );
  const stream = await bench.object<StreamView>(streamPath(PROJECT, 'app'));
  expect(stream?.status.tags?.find(({ tag }) => tag === 'c')?.conditions).toEqual([
    expect.objectContaining({ type: 'ImportSuccess', status: 'False', reason: 'Forbidden' }),
  ]);

  await faktorz('delete', 'limitrange/images', 'resourcequota/one');
  await eventually('nothing is limited any more', async () => (await push('large', 'other:large')) === '' || undefined);
  expect(await faktorz('import-image', 'app:c', `--from=${from('c')}`, ...source)).not.toContain('forbidden');
});
