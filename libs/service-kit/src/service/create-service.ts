import 'reflect-metadata';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiServerOptions, createApiServer, type ResourceDefinition } from '@faktorz/apimachinery';
import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { ServiceConfig } from '../config/service-env.js';
import { HealthChecks } from '../health/health-checks.js';
import { addHealthRoutes } from '../health/health-routes.js';
import { StatusFilter } from '../http/status-filter.js';
import { IDENTITY_HEADER } from '../identity/identity-claims.js';
import { IdentityVerifier } from '../identity/identity-verifier.js';
import { KEY_EXCHANGE, type KeyExchange } from '../identity/key-exchange.js';
import { ServiceIdentity } from '../identity/service-identity.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { Metrics } from '../metrics/metrics.js';
import { ServiceAddress } from './service-address.js';
import { ServiceKitModule } from './service-kit.module.js';
import { API_HOOKS, API_RESOURCES } from './tokens.js';

/** What a service is made of. */
export interface ServiceOptions {
  /** The service's name, e.g. `tag-tracker`: who it is to the others. */
  name: string;
  config: ServiceConfig;
  /** The app's module, e.g. `TagTrackerModule.with(config)`. */
  module: DynamicModule | Type;
  /** Adds to the Fastify server (hooks, routes of its own) after the providers exist and before it listens. */
  configure?(fastify: FastifyInstance, app: NestFastifyApplication): Promise<void> | void;
}

/** What a service adds to its Kubernetes-style API, provided under `API_HOOKS`: checks of its own, version, bookmarks. */
export type ApiHooks = Partial<Omit<ApiServerOptions, 'authenticate' | 'logger'>>;

/** A service that listens. */
export interface RunningService {
  app: NestFastifyApplication;
  /** Base URL on which it listens. */
  url: string;
  logger: ServiceLogger;
  /** Stops gracefully: requests under way get 3 s, then their connections are cut, and providers shut down. */
  stop(): Promise<void>;
}

/** Largest request body, as in a Kubernetes API server (its limit for objects sent to it). */
const BODY_LIMIT_BYTES = 3 * 1024 * 1024;
/** Longer than clients keep idle connections, so that they, not we, close them. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const LONGEST_PATH_PARAMETER = 1_024;
/** More than the gateway takes from clients, since it adds the signed identity. */
const LARGEST_HEAD_BYTES = 96 * 1024;
const REQUESTS_UNDER_WAY_MS = 3_000;
/** Providers that never started may not be able to stop; the failure is what matters. */
const CLOSE_AFTER_FAILURE_MS = 3_000;
const CLOSE_IDLE_INTERVAL_MS = 50;

@Module({})
class ServiceRoot {}

/** Builds a service out of its module, and starts it. Rejects when a provider cannot start or the port is taken. */
export async function createService({ name, config, module, configure }: ServiceOptions): Promise<RunningService> {
  const logger = new ServiceLogger(name, config.FAKTORZ_LOG_LEVEL);
  const root = { module: ServiceRoot, imports: [ServiceKitModule.forService(name, config), module] };
  const app = await NestFactory.create<NestFastifyApplication>(root, newAdapter(), { logger, abortOnError: false });
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
  const stopping = new AbortController();
  try {
    app.useGlobalFilters(new StatusFilter());
    startIdentity(app);
    app.get(Metrics).attach(fastify);
    addHealthRoutes(fastify, app.get(HealthChecks), () => stopping.signal.aborted);
    mountApi(app, fastify, name, logger);
    await configure?.(fastify, app);
    await app.listen(config.FAKTORZ_HTTP_PORT, config.FAKTORZ_HTTP_HOST);
  } catch (error) {
    await Promise.race([app.close(), delay(CLOSE_AFTER_FAILURE_MS, undefined, { ref: false })]);
    throw error;
  }
  const url = addressOf(fastify, config.FAKTORZ_HTTP_HOST);
  app.get(ServiceAddress).set(config.FAKTORZ_SERVICE_URL ?? url);
  new Logger('Service').log(`${name} listens on ${url}`);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopService(app, fastify, stopping);
    return stopped;
  };
  return { app, url, logger, stop };
}

function newAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: false,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: LARGEST_HEAD_BYTES },
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER },
  });
}

/** Makes this process's key known. Only a service without a key exchange (none signs, none verifies) goes without. */
function startIdentity(app: NestFastifyApplication): void {
  const exchange = optional<KeyExchange>(app, KEY_EXCHANGE);
  if (!exchange) return;
  const identity = app.get(ServiceIdentity);
  identity.start(exchange);
  app.get(IdentityVerifier).start(exchange);
  app.get(HealthChecks).add('identity', () => identity.assertRegistered());
}

function mountApi(app: NestFastifyApplication, fastify: FastifyInstance, name: string, logger: ServiceLogger): void {
  const definitions = optional<readonly ResourceDefinition[]>(app, API_RESOURCES);
  if (!definitions) return;
  const verifier = app.get(IdentityVerifier);
  createApiServer(definitions, {
    ...optional<ApiHooks>(app, API_HOOKS),
    authenticate: (request) => verifier.verify(request.headers[IDENTITY_HEADER], name),
    logger: { error: (facts, message) => logger.pino.error({ ...facts, context: 'Api' }, message) },
  }).mount(fastify);
}

/** A provider that a service may leave out. (`app.get` of an absent one would also log an error.) */
function optional<T>(app: NestFastifyApplication, token: symbol): T | undefined {
  const provider = app
    .get(DiscoveryService)
    .getProviders()
    .find((wrapper) => wrapper.token === token);
  return provider?.instance as T | undefined;
}

async function stopService(
  app: NestFastifyApplication,
  fastify: FastifyInstance,
  stopping: AbortController,
): Promise<void> {
  stopping.abort();
  app.get(ServiceIdentity).stop();
  // A connection whose last answer went out after the close began stays open otherwise, and the close waits for it.
  const closeIdle = setInterval(() => fastify.server.closeIdleConnections(), CLOSE_IDLE_INTERVAL_MS);
  const cut = setTimeout(() => fastify.server.closeAllConnections(), REQUESTS_UNDER_WAY_MS);
  try {
    await app.close();
  } finally {
    clearInterval(closeIdle);
    clearTimeout(cut);
  }
}

function addressOf(fastify: FastifyInstance, host: string): string {
  const address = fastify.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const reachable = host === '0.0.0.0' || host === '::' ? ownNetworkAddress() : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Where other machines (containers, pods) reach a process that listens on all addresses: its first one of the network. */
function ownNetworkAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
