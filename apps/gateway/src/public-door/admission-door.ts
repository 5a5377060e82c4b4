import { methodNotAllowed } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { forward } from '../proxy/forward.js';
import { requestHeaders } from '../proxy/forwarded-headers.js';
import { readRequestBody } from '../proxy/request-body.js';
import { Upstreams } from '../routing/owners.js';

const PREFIX = '/admission/images/';
const OWNER = 'trigger-dispatcher';
const ANSWER_WITHIN_MS = 15_000;

/**
 * Admission reviews of clusters' API servers. They come without credentials: a key in the path takes their place, which
 * trigger-dispatcher checks.
 */
@Injectable()
export class AdmissionDoor {
  constructor(private readonly upstreams: Upstreams) {}

  /** False when the path is another. */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (!path.startsWith(PREFIX)) return false;
    const { method = '', url: target = '' } = request;
    // Nothing that records requests gets to see the key.
    request.url = PREFIX;
    if (method !== 'POST') throw methodNotAllowed();
    await forward(
      {
        upstream: this.upstreams.of(OWNER),
        method,
        target,
        headers: requestHeaders(request.rawHeaders, request.headers.connection),
        body: await readRequestBody(request),
        answerWithinMs: ANSWER_WITHIN_MS,
      },
      response,
    );
    return true;
  }
}
