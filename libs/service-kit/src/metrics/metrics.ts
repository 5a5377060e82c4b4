import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The service's Prometheus registry: defaults of the process, durations of HTTP requests, and what providers add to it. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'faktorz_http_request_duration_seconds',
    help: 'How long answered HTTP requests took; watches are left out.',
    labelNames: ['method', 'route', 'code'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** Measures every request of this server and adds `/metrics` to it. Call before its other routes are added. */
  attach(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', async (request, reply) => {
      if (isWatch(request.url)) return;
      const labels = { method: request.method, route: request.routeOptions.url ?? 'none', code: reply.statusCode };
      this.requests.observe(labels, reply.elapsedTime / 1000);
    });
    fastify.get('/metrics', async (_request, reply) =>
      reply.type(this.registry.contentType).send(await this.registry.metrics()),
    );
  }
}

function isWatch(url: string): boolean {
  return /[?&]watch=(true|1)(&|$)/.test(url);
}
