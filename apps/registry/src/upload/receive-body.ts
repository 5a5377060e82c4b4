import type { IncomingMessage } from 'node:http';
import { OciError } from '../oci/oci-error.js';
import type { BlobWriter } from '../storage/blob-writer.js';

export interface BodyLimits {
  /** The body must have exactly so many bytes. */
  expectedBytes?: number | undefined;
  /** The draft may grow to so many bytes. */
  largestBytes: number;
  /** Ends the reception. */
  signal?: AbortSignal;
}

/** The client went away before all was there; what came is kept. */
export class ClientGone extends Error {}

/**
 * Reads a request's body into a draft. Throws SIZE_INVALID for a body of another length than announced or one that is
 * too large, `ClientGone`, and what the writer throws. What was taken is in the draft only after `writer.flush()`.
 */
export async function receiveBody(request: IncomingMessage, writer: BlobWriter, limits: BodyLimits): Promise<void> {
  const before = writer.sizeBytes;
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  const { expectedBytes, largestBytes } = limits;
  if (expectedBytes !== undefined && !Number.isNaN(announced) && announced !== expectedBytes) {
    throw sizeInvalid(expectedBytes, announced);
  }
  if (before + announced > largestBytes) throw tooLarge(largestBytes);
  const most = Math.min(largestBytes, expectedBytes === undefined ? Infinity : before + expectedBytes);
  await takeAll(request, writer, most, limits.signal);
  const received = writer.sizeBytes - before;
  if (writer.sizeBytes > largestBytes) throw tooLarge(largestBytes);
  if (expectedBytes !== undefined && received !== expectedBytes) throw sizeInvalid(expectedBytes, received);
}

/** Settles at the end of the body, or as soon as there is more than `mostBytes`. */
function takeAll(
  request: IncomingMessage,
  writer: BlobWriter,
  mostBytes: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown): void => {
      request.pause();
      request.removeListener('data', onData);
      request.removeListener('end', onEnd);
      request.removeListener('close', onGone);
      request.removeListener('error', onGone);
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error as Error);
      else resolve();
    };
    const onData = (chunk: Buffer): void => {
      const ready = writer.add(chunk);
      if (writer.sizeBytes > mostBytes) return settle();
      if (!ready) return;
      request.pause();
      ready.then(() => request.resume(), settle);
    };
    const onEnd = (): void => settle();
    const onGone = (): void => settle(new ClientGone('the client went away in the middle of an upload'));
    const onAbort = (): void => settle(new Error('the upload was taken over by another process'));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onGone);
    request.on('error', onGone);
    signal?.addEventListener('abort', onAbort);
    if (request.readableEnded) onEnd();
    else if (request.destroyed) onGone();
  });
}

function sizeInvalid(expected: number, received: number): OciError {
  return new OciError('SIZE_INVALID', 'provided length did not match content length', {
    detail: { expectedBytes: expected, receivedBytes: received },
  });
}

function tooLarge(largestBytes: number): OciError {
  return new OciError('SIZE_INVALID', `blobs larger than ${largestBytes} bytes are not accepted`, {
    status: 413,
    detail: { largestBytes },
  });
}
