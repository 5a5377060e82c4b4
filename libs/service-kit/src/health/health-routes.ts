import type { FastifyInstance } from 'fastify';
import type { HealthChecks } from './health-checks.js';

/** Adds `/livez` (the process answers) and `/readyz` (all checks pass: 200, else 503) in the text form of Kubernetes. */
export function addHealthRoutes(fastify: FastifyInstance, health: HealthChecks, isStopping: () => boolean): void {
  fastify.get('/livez', async (_request, reply) => reply.type('text/plain').send('ok'));
  fastify.get('/readyz', async (_request, reply) => {
    const failures: Record<string, string> = isStopping()
      ? { shutdown: 'the service is stopping' }
      : await health.failures();
    const lines = health
      .names()
      .filter((name) => !(name in failures))
      .map((name) => `[+]${name} ok`);
    for (const [name, reason] of Object.entries(failures)) lines.push(`[-]${name} failed: ${reason}`);
    const isReady = Object.keys(failures).length === 0;
    return reply
      .code(isReady ? 200 : 503)
      .type('text/plain')
      .send([...lines, isReady ? 'readyz check passed' : 'readyz check failed', ''].join('\n'));
  });
}
