import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureCertificates, type LocalCertificates } from '@faktorz/embedded';
import { DockerRegistry, randomImage, redirect, reply, ScriptedRegistry } from '@faktorz/testing';
import { MalformedAnswer, OutboundPolicy, Registries } from '../src/index.js';

describe('a registry with a certificate of a private authority', () => {
  const policy = new OutboundPolicy({ allowLoopback: true });
  const image = randomImage();
  let directory: string;
  let certificates: LocalCertificates;
  let registry: DockerRegistry;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'faktorz-tls-'));
    certificates = await ensureCertificates({ directory });
    registry = await DockerRegistry.start({ tls: certificates });
  });
  afterAll(async () => {
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is refused without the authority', async () => {
    await using registries = new Registries({ policy });
    await expect(registries.client(registry.host).ping()).rejects.toThrow(
      'x509: certificate signed by unknown authority',
    );
  });

  it('is trusted with it', async () => {
    await using registries = new Registries({ policy, certificateAuthorities: [certificates.ca] });
    expect((await registries.client(registry.host).ping()).base.href).toBe(`https://${registry.host}/`);
  });

  it('is taken over https, unverified, when marked insecure', async () => {
    await using registries = new Registries({ policy });
    expect((await registries.client(registry.host, { insecure: true }).ping()).base.protocol).toBe('https:');
  });

  it('may not send us on to plain HTTP', async () => {
    await using blobs = await ScriptedRegistry.start();
    await using server = await ScriptedRegistry.start({
      tls: {
        certificate: await readFile(certificates.certificateFile, 'utf8'),
        key: await readFile(certificates.keyFile, 'utf8'),
      },
    });
    const blob = image.blobs[0];
    const digest = blob?.digest ?? '';
    blobs.on('/blob', reply(200, blob?.bytes ?? ''));
    server.on(`/v2/x/y/blobs/${digest}`, redirect(`${blobs.url}/blob`));
    await using registries = new Registries({ policy, certificateAuthorities: [certificates.ca] });
    await expect(registries.client(server.host).repository('x/y').readBlob(digest)).rejects.toBeInstanceOf(
      MalformedAnswer,
    );
    expect(blobs.requests).toEqual([]);
  });
});
