import { ApiError } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenApiBoard, V2_PROTOBUF } from './openapi-board.js';
import type { OpenApiFile } from './openapi-documents.js';

const ONE_YEAR_MS = 365 * 24 * 3600 * 1000;
const JSON_TYPE = 'application/json';
/** Clients ask for a name with `@`, which no parser of media types accepts in an answer: Kubernetes answers with a dot. */
const V2_PROTOBUF_ANSWERED = V2_PROTOBUF.replace('@', '.');

/** Answers `/openapi/v2`, `/openapi/v3` and the documents below for all owners together. */
@Injectable()
export class OpenApiPaths {
  constructor(private readonly board: OpenApiBoard) {}

  /** False when the path is no OpenAPI document. */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const document = await this.documentAt(path, request.headers.accept ?? '*/*');
    if (document === undefined) return false;
    send(document, request, response);
    return true;
  }

  private async documentAt(path: string, accept: string): Promise<{ file: OpenApiFile; type: string } | undefined> {
    if (path === '/openapi/v3') return { file: await this.board.v3Index(), type: 'text/plain; charset=utf-8' };
    if (path === '/openapi/v2') return this.v2(accept);
    const below = /^\/openapi\/v3\/(apis?\/[^?]+?)\/?$/.exec(path)?.[1];
    const file = below === undefined ? undefined : await this.board.v3(below);
    return file && { file, type: JSON_TYPE };
  }

  private async v2(accept: string): Promise<{ file: OpenApiFile; type: string }> {
    for (const type of accept.split(',').map((part) => part.split(';')[0]!.trim())) {
      if (type === V2_PROTOBUF || type === V2_PROTOBUF_ANSWERED)
        return { file: await this.board.v2Protobuf(), type: V2_PROTOBUF_ANSWERED };
      if (type === JSON_TYPE || type === '*/*' || type === 'application/*')
        return { file: await this.board.v2(), type: JSON_TYPE };
    }
    throw new ApiError(
      'NotAcceptable',
      `406: Not Acceptable\n\nAvailable representations: ${JSON_TYPE}, ${V2_PROTOBUF}`,
      {},
    );
  }
}

/** A document asked for by its hash may be kept for ever, every other has to be asked for again. */
function send(
  { file, type }: { file: OpenApiFile; type: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const etag = `"${file.hash}"`;
  const isAskedByHash = request.url!.includes(`hash=${file.hash}`);
  const headers = {
    etag,
    vary: 'Accept',
    'x-content-type-options': 'nosniff',
    'cache-control': isAskedByHash ? 'public, immutable' : 'no-cache, private',
    ...(isAskedByHash && { expires: new Date(Date.now() + ONE_YEAR_MS).toUTCString() }),
  };
  const isKnown = request.headers['if-none-match']
    ?.split(',')
    .some((known) => known.trim().replace(/^W\//, '') === etag);
  if (isKnown) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': file.body.length });
  response.end(file.body);
}
