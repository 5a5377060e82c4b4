import { answerDiscovery, PAGE_NOT_FOUND, type PlainAnswer } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DiscoveryBoard } from './discovery-board.js';

/** Answers `/api` and `/apis` and what lies directly below for all owners together. */
@Injectable()
export class DiscoveryPaths {
  constructor(private readonly board: DiscoveryBoard) {}

  /** False when the path is no discovery document. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const { accept, host } = request.headers;
    const ifNoneMatch = request.headers['if-none-match'];
    const parts = path.split('/').filter((part) => part !== '');
    if (parts[0] !== 'api' && parts[0] !== 'apis') return false;
    const answer = answerDiscovery(this.board.discovery, { parts, accept, ifNoneMatch, host });
    sendPlain(response, answer ?? PAGE_NOT_FOUND);
    return true;
  }
}

export function sendPlain(response: ServerResponse, { status, headers, body }: PlainAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    ...headers,
    'X-Content-Type-Options': 'nosniff',
    ...(status !== 304 && { 'Content-Length': bytes.length }),
  });
  response.end(status === 304 ? undefined : bytes);
}
