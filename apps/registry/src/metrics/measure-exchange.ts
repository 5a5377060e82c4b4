import type { Exchange } from '../door/exchange.js';
import type { RegistryMetrics } from './registry-metrics.js';

/** Measures a request from now until its answer has left, or its client is gone. */
export function measureExchange(exchange: Exchange, metrics: RegistryMetrics): void {
  const { request, response, method } = exchange;
  const { socket } = request;
  const { bytesRead, bytesWritten } = socket;
  const startedAtMs = performance.now();
  metrics.inFlight += 1;
  response.once('close', () => {
    metrics.inFlight -= 1;
    const endedAtMs = performance.now();
    metrics.noteRequest({
      method: KNOWN_METHODS.has(method) ? method : 'other',
      code: response.statusCode,
      operation: exchange.operation && `${exchange.operation}.${method.toLowerCase()}`,
      seconds: (endedAtMs - startedAtMs) / 1000,
      secondsToHeader: ((exchange.headAtMs ?? endedAtMs) - startedAtMs) / 1000,
      // What came in one piece with the head was read before we looked.
      requestBytes: Math.max(socket.bytesRead - bytesRead, announcedBytes(exchange)),
      responseBytes: socket.bytesWritten - bytesWritten,
    });
  });
}

/** Clients choose the name of a method; a figure for each would never end. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Of a body that was read as a whole. */
function announcedBytes({ request }: Exchange): number {
  return request.complete ? Number(request.headers['content-length'] ?? 0) : 0;
}
