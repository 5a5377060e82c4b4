// A bare Fastify in a process of its own, as every part of FaktorZ is, that answers fixed bytes over HTTPS or HTTP.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';

const FILE = fileURLToPath(import.meta.url);

/** Starts one that answers `bytes`; with the certificate of the system, unless it is to answer in the clear. */
export async function startBareFastify(system, bytes, { isEncrypted }) {
  const child = fork(FILE, [isEncrypted ? join(system.dataDirectory, 'tls') : '']);
  child.send(bytes);
  const port = await new Promise((resolve) => child.once('message', resolve));
  return {
    url: `${isEncrypted ? 'https' : 'http'}://127.0.0.1:${port}/`,
    stop: () => new Promise((resolve) => child.once('exit', resolve) && child.kill()),
  };
}

async function serve(tls, bytes) {
  const read = (name) => readFileSync(join(tls, name));
  const server = Fastify(tls === '' ? {} : { https: { cert: read('server.crt'), key: read('server.key') } });
  server.get('/', (_request, reply) => reply.type('application/json').send(bytes));
  await server.listen({ port: 0, host: '127.0.0.1' });
  process.send(server.server.address().port);
}

if (process.argv[1] === FILE) process.once('message', (bytes) => serve(process.argv[2], bytes));
