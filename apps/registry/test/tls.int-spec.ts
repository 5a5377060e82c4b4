import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { selfSigned } from '@faktorz/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
import { RegistryBench } from './support/registry-bench.js';

let directory: string;
let ca: string;
let files: { certificate: string; key: string };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-registry-tls-'));
  const made = await selfSigned(directory, 'registry');
  ca = made.certificate;
  files = { certificate: made.certificateFile, key: made.keyFile };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('speaks TLS 1.2 and newer alone when it is given a certificate', async () => {
  await using bench = await RegistryBench.start({
    env: { FAKTORZ_REGISTRY_TLS_CERT_FILE: files.certificate, FAKTORZ_REGISTRY_TLS_KEY_FILE: files.key },
  });
  const url = bench.url().replace('http:', 'https:');
  const dispatcher = new Agent({ connect: { ca } });
  const begun = await request(`${url}/v2/team/app/blobs/uploads/`, {
    method: 'POST',
    dispatcher,
    headers: { authorization: 'Bearer admin' },
  });
  expect(begun.statusCode).toBe(202);
  expect(begun.headers.location).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v2\/team\/app\/blobs\/uploads\//);
  await begun.body.dump();
  await dispatcher.close();
  await expect(fetch(`${bench.url()}/v2/`)).rejects.toThrow();
  const old = new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }, () =>
      resolve('connected'),
    );
    socket.on('error', reject);
  });
  await expect(old).rejects.toThrow();
}, 60_000);

it.each([
  [
    'half a pair',
    () => ({ FAKTORZ_REGISTRY_TLS_CERT_FILE: files.certificate }),
    /set both FAKTORZ_REGISTRY_TLS_CERT_FILE and/,
  ],
  [
    'files that are missing',
    () => ({ FAKTORZ_REGISTRY_TLS_CERT_FILE: '/none', FAKTORZ_REGISTRY_TLS_KEY_FILE: '/none' }),
    /cannot be read/,
  ],
])(
  'does not start with %s',
  async (_name, env, problem) => {
    await expect(RegistryBench.start({ env: env() as Record<string, string> })).rejects.toThrow(problem);
  },
  60_000,
);
