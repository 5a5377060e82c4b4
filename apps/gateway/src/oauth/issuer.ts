import { ApiError } from '@faktorz/apimachinery';
import type { IncomingMessage } from 'node:http';

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The address of this server as its clients know it: the configured one, else the one this client used. */
export function issuerOf(request: IncomingMessage, configured: string | undefined): string {
  if (configured !== undefined) return configured;
  const host = request.headers.host ?? '';
  if (!HOST.test(host)) throw new ApiError('BadRequest', 'the Host header names no host');
  return `https://${host.toLowerCase()}`;
}
