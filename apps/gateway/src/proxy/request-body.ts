import { MAX_BODY_BYTES, tooLarge } from '@faktorz/apimachinery';
import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';

/** Bodies up to this size are read before they are sent on, so that another replica can be tried. */
const READ_WHOLE_BYTES = 128 * 1024;

/**
 * The body to send on: nothing, all of it, or (when large or of unknown size) a stream that can be sent once. Throws
 * RequestEntityTooLarge for one that no owner would take; a stream fails with it as soon as it is known.
 */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer | Readable | null> {
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) return null;
  if (length === '0') return null;
  if (Number(length) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  if (length === undefined || Number(length) > READ_WHOLE_BYTES) return detached(request);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** A failing upstream destroys the stream it sends; the client's own connection must survive that, to get its answer. */
function detached(request: IncomingMessage): Readable {
  const body = limited();
  request.on('error', (error) => body.destroy(error));
  request.on('close', () => {
    if (!request.complete) body.destroy(new Error('the client went away while sending'));
  });
  body.on('close', () => request.resume());
  return request.pipe(body);
}

function limited(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) done(tooLarge(MAX_BODY_BYTES));
      else done(null, chunk);
    },
  });
}
