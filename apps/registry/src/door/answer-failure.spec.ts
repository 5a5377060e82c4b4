import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from '@faktorz/apimachinery';
import { expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { OciError } from '../oci/oci-error.js';
import { StorageFull } from '../storage/blob-storage.js';
import { answerFailure } from './answer-failure.js';
import { Exchange } from './exchange.js';

Logger.overrideLogger(false);

/** What a client gets when its request fails so. */
async function answerTo(error: unknown): Promise<{ status: number; code: string }> {
  const server = createServer((request, response) =>
    answerFailure(new Exchange(request, response), error, new Logger()),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`);
    const { errors } = (await answer.json()) as { errors: { code: string }[] };
    return { status: answer.status, code: errors[0]?.code ?? '' };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it.each([
  ['a refusal of ours', new OciError('TAG_INVALID', 'no tag'), 400, 'TAG_INVALID'],
  ['another service that is away', new ApiError('ServiceUnavailable', 'away'), 503, 'UNAVAILABLE'],
  ['another service that refuses', new ApiError('Forbidden', 'no'), 403, 'DENIED'],
  ['a write that finds no room', new StorageFull('no room'), 507, 'UNAVAILABLE'],
  ['a disk that is full', Object.assign(new Error('mkdir'), { code: 'ENOSPC' }), 507, 'UNAVAILABLE'],
  ['a quota that is used up', Object.assign(new Error('fsync'), { code: 'EDQUOT' }), 507, 'UNAVAILABLE'],
  ['what nobody foresaw', new Error('secret'), 500, 'UNKNOWN'],
])('%s', async (_name, error, status, code) => {
  expect(await answerTo(error)).toEqual({ status, code });
});
