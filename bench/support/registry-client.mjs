// One client of a registry, as a process of its own: reads a job (JSON) from its input, does it, prints what it took.
// It speaks HTTP/1.1 over one kept connection and looks at no byte of a blob, so that it costs as little as it can.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const PIECE = randomBytes(1024 * 1024);

/** A connection that sends one request after the other. */
class Connection {
  constructor(host, port, authorization) {
    this.socket = connect({ host, port, noDelay: true });
    this.common = `Host: ${host}:${port}\r\n${authorization ? `Authorization: ${authorization}\r\n` : ''}`;
    this.head = '';
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', (error) => this.waiting?.reject(error));
    this.socket.on('close', () => this.waiting?.reject(new Error('the connection was closed')));
  }

  /** Resolves with status and headers once the whole answer is there. */
  request(method, path, headers = {}, body = []) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.isHead = method === 'HEAD';
    const answer = new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${this.common}${lines.join('')}\r\n`);
    void this.send(body).catch((error) => this.waiting?.reject(error));
    return answer;
  }

  async send(pieces) {
    for (const piece of pieces) {
      if (!this.socket.write(piece)) await new Promise((resolve) => this.socket.once('drain', resolve));
    }
  }

  take(chunk) {
    if (this.answer) return this.takeBody(chunk.length);
    this.head += chunk.toString('latin1');
    const end = this.head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const lines = this.head.slice(0, end).split('\r\n');
    const bodyBytes = this.head.length - end - 4;
    this.head = '';
    const headers = Object.fromEntries(
      lines.slice(1).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    );
    this.answer = { status: Number(lines[0].split(' ')[1]), headers };
    this.left = this.isHead || this.answer.status === 204 ? 0 : Number(headers['content-length'] ?? 0);
    if (headers['transfer-encoding']) throw new Error('answers in chunks are not read here');
    this.takeBody(bodyBytes);
  }

  takeBody(bytes) {
    this.left -= bytes;
    if (this.left > 0) return;
    const { answer, waiting } = this;
    this.answer = undefined;
    this.waiting = undefined;
    waiting.resolve(answer);
  }
}

/** A blob of this many bytes that nobody has seen before, in pieces. */
function newBlob(sizeBytes) {
  const first = randomBytes(Math.min(64, sizeBytes));
  const pieces = [first];
  for (let left = sizeBytes - first.length; left > 0; left -= PIECE.length) {
    pieces.push(left >= PIECE.length ? PIECE : PIECE.subarray(0, left));
  }
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return { pieces, sizeBytes, digest: `sha256:${hash.digest('hex')}` };
}

async function push(connection, repository, { pieces, sizeBytes, digest }) {
  const begun = await connection.request('POST', `/v2/${repository}/blobs/uploads/`, { 'Content-Length': 0 });
  const headers = { 'Content-Length': sizeBytes, 'Content-Type': 'application/octet-stream' };
  const written = await connection.request('PATCH', pathOf(begun), headers, pieces);
  const path = pathOf(written);
  const end = `${path}${path.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  const done = await connection.request('PUT', end, { 'Content-Length': 0 });
  if (done.status !== 201) throw new Error(`push: ${begun.status} ${written.status} ${done.status}`);
}

function pathOf({ headers }) {
  const { pathname, search } = new URL(headers.location, 'http://x');
  return pathname + search;
}

async function get(connection, path, headers, method = 'GET') {
  const { status } = await connection.request(method, path, headers);
  if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
}

const jobs = {
  /** Pushes `count` blobs of `sizeBytes`; prints their digests. */
  async push({ connection, repository, count, sizeBytes }) {
    const blobs = Array.from({ length: count }, () => newBlob(sizeBytes));
    const begin = performance.now();
    for (const blob of blobs) await push(connection, repository, blob);
    return { ms: performance.now() - begin, digests: blobs.map(({ digest }) => digest) };
  },
  async pull({ connection, repository, digests }) {
    const begin = performance.now();
    for (const digest of digests) await get(connection, `/v2/${repository}/blobs/${digest}`);
    return { ms: performance.now() - begin };
  },
  /** Asks for a manifest again and again on `connections` connections. */
  async manifest({ connect: open, repository, reference, accept, method, count, connections }) {
    const path = `/v2/${repository}/manifests/${reference}`;
    let left = count;
    const loop = async () => {
      const connection = open();
      while (left-- > 0) await get(connection, path, { Accept: accept }, method);
    };
    const begin = performance.now();
    await Promise.all(Array.from({ length: connections }, loop));
    return { ms: performance.now() - begin };
  },
};

let input = '';
for await (const chunk of process.stdin) input += chunk;
const job = JSON.parse(input);
const open = () => new Connection(job.host, job.port, job.authorization);
const result = await jobs[job.kind]({
  ...job,
  connect: open,
  connection: job.kind === 'manifest' ? undefined : open(),
});
process.stdout.write(JSON.stringify(result), () => process.exit(0));
