import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureCertificates, type LocalCertificates } from '../src/index.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-certificates-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Whether a client that trusts only our authority accepts the server under this name. */
async function isTrusted({ ca, certificateFile, keyFile }: LocalCertificates, name: string): Promise<boolean> {
  const server = createServer({ cert: await readFile(certificateFile), key: await readFile(keyFile) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await new Promise<boolean>((resolve) => {
      const { port } = server.address() as AddressInfo;
      const socket = connect({
        port,
        host: '127.0.0.1',
        ca,
        servername: /^[\d.]+$/.test(name) ? '' : name,
      });
      socket.once('secureConnect', () => {
        resolve(socket.authorized);
        socket.destroy();
      });
      socket.once('error', () => resolve(false));
    });
  } finally {
    server.close();
  }
}

describe('local certificates', () => {
  it('are trusted under loopback names and the hosts asked for, and no other', async () => {
    const certificates = await ensureCertificates({ directory, hosts: ['faktorz.example'] });
    expect(await isTrusted(certificates, '127.0.0.1')).toBe(true);
    expect(await isTrusted(certificates, 'localhost')).toBe(true);
    expect(await isTrusted(certificates, 'faktorz.example')).toBe(true);
    expect(await isTrusted(certificates, 'other.example')).toBe(false);
  });

  it('stay the same until a name is added', async () => {
    const first = await ensureCertificates({ directory });
    const text = await readFile(first.certificateFile, 'utf8');
    const second = await ensureCertificates({ directory });
    expect(await readFile(second.certificateFile, 'utf8')).toBe(text);
    const third = await ensureCertificates({ directory, hosts: ['faktorz.example'] });
    expect(await readFile(third.certificateFile, 'utf8')).not.toBe(text);
    expect(third.ca).toBe(first.ca);
  });

  it('are renewed before they end, under the same authority', async () => {
    const first = await ensureCertificates({ directory, now: new Date(Date.now() - 330 * 86_400_000) });
    const text = await readFile(first.certificateFile, 'utf8');
    const second = await ensureCertificates({ directory });
    expect(await readFile(second.certificateFile, 'utf8')).not.toBe(text);
    expect(second.ca).toBe(first.ca);
    expect(await isTrusted(second, 'localhost')).toBe(true);
  });

  it('keep their keys to themselves', async () => {
    const { keyFile } = await ensureCertificates({ directory });
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'ca.key'))).mode & 0o777).toBe(0o600);
  });
});
