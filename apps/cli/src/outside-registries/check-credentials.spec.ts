import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkCredentials } from './check-credentials.js';

const TRUST = { insecure: false };

describe('checking credentials of a registry', () => {
  let registry: Server;
  let host: string;

  beforeEach(async () => {
    registry = createServer((request, response) => {
      const given = request.headers.authorization;
      if (request.url === '/token?service=shop') {
        const right = given === `Basic ${Buffer.from('user:right').toString('base64')}`;
        return response.writeHead(right ? 200 : 401).end(JSON.stringify({ token: 't' }));
      }
      if (given === 'Bearer t') return response.end('{}');
      const challenge = `Bearer realm="http://${host}/token",service="shop"`;
      return response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  });

  afterEach(() => new Promise((resolve) => registry.close(resolve)));

  it('follows the challenge; plain HTTP will do on this computer', async () => {
    await expect(checkCredentials({ host, username: 'user', password: 'right' }, TRUST)).resolves.toBeUndefined();
  });

  it('says when they are wrong', async () => {
    await expect(checkCredentials({ host, username: 'user', password: 'wrong' }, TRUST)).rejects.toThrow(
      'unauthorized',
    );
  });

  it('says what to do about plain HTTP elsewhere', async () => {
    const elsewhere = host.replace('127.0.0.1', '0.0.0.0');
    const credentials = { host: elsewhere, username: 'user', password: 'right' };
    await expect(checkCredentials(credentials, TRUST)).rejects.toThrow(
      `Get "https://${elsewhere}/v2/": http: server gave HTTP response to HTTPS client; pass --insecure to use plain HTTP`,
    );
    await expect(checkCredentials(credentials, { insecure: true })).resolves.toBeUndefined();
  });

  it('says when nobody listens', async () => {
    const gone = { host: '127.0.0.1:9', username: 'user', password: 'right' };
    await expect(checkCredentials(gone, TRUST)).rejects.toThrow('dial tcp 127.0.0.1:9: connect: connection refused');
  });
});
