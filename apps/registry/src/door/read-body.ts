import type { IncomingMessage } from 'node:http';
import { OciError, type OciErrorCode } from '../oci/oci-error.js';

/** Reads a whole body. Throws `code` with 413 when it is larger than allowed, and SIZE_INVALID when it ends early. */
export function readBody(request: IncomingMessage, largestBytes: number, code: OciErrorCode): Promise<Buffer> {
  const tooLarge = (): OciError =>
    new OciError(code, `the body is larger than ${largestBytes} bytes`, { status: 413, detail: { largestBytes } });
  if (Number(request.headers['content-length'] ?? 0) > largestBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= largestBytes) return;
      request.removeAllListeners('data');
      request.pause();
      reject(tooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(chunks, size)));
    request.on('close', () => reject(new OciError('SIZE_INVALID', 'the body ended early')));
    request.on('error', reject);
  });
}
