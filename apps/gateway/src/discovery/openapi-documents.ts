import { createHash } from 'node:crypto';

/** A document ready to be sent. */
export interface OpenApiFile {
  body: Buffer;
  hash: string;
}

export function fileOf(body: Buffer | object): OpenApiFile {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return { body: bytes, hash: createHash('sha512').update(bytes).digest('hex').toUpperCase() };
}
