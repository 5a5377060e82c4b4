import { ApiError } from '@faktorz/apimachinery';
import type { ServerResponse } from 'node:http';

const PUBLIC_HEADERS = {
  'cache-control': 'no-cache, private',
  'x-content-type-options': 'nosniff',
} as const;

/** Answers a refusal as a Kubernetes `Status`; does nothing when an answer has begun already. */
export function answerStatus(response: ServerResponse, error: ApiError): void {
  const retryAfter = error.details?.retryAfterSeconds;
  answer(
    response,
    error.code,
    'application/json',
    statusText(error),
    retryAfter ? { 'retry-after': String(retryAfter) } : {},
  );
}

/** A refusal as the text of a `Status`. */
export function statusText(error: ApiError): string {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason && { reason: error.reason }),
    ...(error.details && { details: error.details }),
    code: error.code,
  };
  return `${JSON.stringify(status)}\n`;
}

export function answerJson(response: ServerResponse, body: object, headers: Record<string, string> = {}): void {
  answer(response, 200, headers['content-type'] ?? 'application/json', JSON.stringify(body), headers);
}

export function answerText(response: ServerResponse, code: number, text: string): void {
  answer(response, code, 'text/plain; charset=utf-8', text);
}

function answer(
  response: ServerResponse,
  code: number,
  contentType: string,
  text: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) return;
  const body = Buffer.from(text);
  response.writeHead(code, {
    ...PUBLIC_HEADERS,
    ...headers,
    'content-type': contentType,
    'content-length': body.length,
  });
  response.end(body);
}
