import type { ServerResponse } from 'node:http';
import type { StoredBlob } from '../storage/blob-storage.js';
import type { ByteRange } from './byte-range.js';

const LARGEST_READ_BYTES = 1024 * 1024;
const SMALLEST_READ_BYTES = 64 * 1024;
/** All answers together read into no more than this. */
const ALL_READS_BYTES = 32 * 1024 * 1024;

let senders = 0;
const spare: Buffer[] = [];
const SPARE_BUFFERS = 8;

/**
 * Sends a range of a blob: two buffers, one being read while the other is being sent. Streams of Node's cost twice as
 * much per byte. Settles when everything was handed to the system, or the client is gone.
 */
export async function sendBlob(response: ServerResponse, blob: StoredBlob, { start, end }: ByteRange): Promise<void> {
  senders += 1;
  const size = Math.min(bufferSize(), end - start + 1);
  const buffers = [takeBuffer(size), takeBuffer(size)] as const;
  try {
    let reading = read(blob, buffers[0], start, end);
    for (let position = start, turn = 0; position <= end; turn ^= 1) {
      const bytesRead = await reading;
      const chunk = buffers[turn ? 1 : 0].subarray(0, bytesRead);
      position += bytesRead;
      reading = position <= end ? read(blob, buffers[turn ? 0 : 1], position, end) : Promise.resolve(0);
      if (!(await written(response, chunk))) return void (await reading);
    }
  } finally {
    senders -= 1;
    for (const buffer of buffers) giveBack(buffer);
  }
}

async function read(blob: StoredBlob, buffer: Buffer, position: number, end: number): Promise<number> {
  const bytesRead = await blob.read(buffer.subarray(0, Math.min(buffer.length, end - position + 1)), position);
  if (bytesRead === 0) throw new Error('a blob is shorter than it was');
  return bytesRead;
}

/** False when the connection ended. A buffer may be used again only after this. */
function written(response: ServerResponse, chunk: Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onClose = (): void => resolve(false);
    response.once('close', onClose);
    response.write(chunk, (error) => {
      response.removeListener('close', onClose);
      resolve(!error);
    });
  });
}

function bufferSize(): number {
  const share = ALL_READS_BYTES / 2 / senders;
  return share >= LARGEST_READ_BYTES ? LARGEST_READ_BYTES : Math.max(SMALLEST_READ_BYTES, Math.floor(share));
}

function takeBuffer(size: number): Buffer {
  if (size !== LARGEST_READ_BYTES) return Buffer.allocUnsafeSlow(size);
  return spare.pop() ?? Buffer.allocUnsafeSlow(size);
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === LARGEST_READ_BYTES && spare.length < SPARE_BUFFERS) spare.push(buffer);
}
