import { ApiError, methodNotAllowed } from '@faktorz/apimachinery';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { answerStatus, statusText } from '../request/answer-status.js';

/** How long the client has to read the refusal before the connection is cut: an earlier cut could take the answer with it. */
const READ_WITHIN_MS = 1000;

/** Refuses what never becomes a request for the handler, as a `Status` like every other refusal. */
export function refuseBrokenRequests(server: Server | SecureServer): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answers.set(socket, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const answer = answers.get(socket);
    const isAnswering = answer?.headersSent === true && !answer.writableFinished;
    if (!socket.writable || isAnswering || error.code === 'ECONNRESET') socket.destroy();
    else refuse(socket, refusalOf(error));
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuse(socket, methodNotAllowed()));
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const message = 'the only expectation this server meets is 100-continue';
    answerStatus(response, new ApiError(undefined, message, undefined, { code: 417 }));
  });
}

/** What Node's parser found wrong, in HTTP's terms. */
function refusalOf({ code }: NodeJS.ErrnoException): ApiError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError(undefined, 'the head of the request is too large', undefined, { code: 431 });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ApiError('RequestEntityTooLarge', 'the extensions of a chunk are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError(undefined, 'the request took too long to arrive', undefined, { code: 408 });
    default:
      return new ApiError('BadRequest', 'the request is not proper HTTP');
  }
}

function refuse(socket: Duplex, refusal: ApiError): void {
  const body = Buffer.from(statusText(refusal));
  const head = [
    `HTTP/1.1 ${refusal.code} ${STATUS_CODES[refusal.code] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  // What is still coming is read and thrown away; with unread bytes the connection would end in a reset.
  socket.removeAllListeners('data');
  socket.on('error', () => undefined);
  socket.resume();
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
  setTimeout(() => socket.destroy(), READ_WITHIN_MS).unref();
}
