import type { IncomingMessage } from 'node:http';
import { badRequest, tooLarge } from '../status/errors.js';

/** Bodies may not be larger than this, as in Kubernetes. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Reads a whole request body. Throws RequestEntityTooLarge, and BadRequest if the client breaks off. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw badRequest(`unable to read the request body: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
  if (length > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  return Buffer.concat(chunks);
}
