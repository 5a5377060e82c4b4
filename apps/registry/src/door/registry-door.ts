import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { CannotListen, PublicListener } from '@faktorz/service-kit';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { RequestHandler } from './request-handler.js';

const LARGEST_HEAD_BYTES = 64 * 1024;
const HEAD_WITHIN_MS = 30_000;
const KEEP_ALIVE_MS = 90_000;
/** A connection on which nothing moves for so long in the middle of a transfer is cut. */
const STALLED_AFTER_MS = 120_000;
/** Large buffers on sockets: each piece of a blob costs the same, whatever its size. */
const SOCKET_BUFFER_BYTES = 1024 * 1024;
/** Clients that come at once wait to be let in; the system may allow fewer. */
const WAITING_CONNECTIONS = 4096;

/**
 * The listener that clients of the registry talk to: a plain server of Node's, not Nest's, because blobs are moved and
 * nothing is parsed (decision 0014).
 */
@Injectable()
export class RegistryDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RegistryDoor.name);
  private listener: PublicListener | undefined;

  constructor(
    @Inject(REGISTRY_CONFIG) private readonly config: RegistryConfig,
    private readonly handler: RequestHandler,
  ) {}

  /** Where it listens; known once the application is up. */
  get port(): number {
    if (!this.listener) throw new Error('the registry does not listen yet');
    return this.listener.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const tls = await this.readTls();
    const options: ServerOptions = {
      maxHeaderSize: LARGEST_HEAD_BYTES,
      headersTimeout: HEAD_WITHIN_MS,
      requestTimeout: 0, // a large blob on a slow line takes hours; what stands still is cut
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      highWaterMark: SOCKET_BUFFER_BYTES,
    };
    const server = tls
      ? createHttpsServer({ ...options, ...tls, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] })
      : createHttpServer(options);
    server.setTimeout(STALLED_AFTER_MS);
    server.on('request', (request, response) => void this.handler.handle(request, response));
    const { FAKTORZ_REGISTRY_HOST: host, FAKTORZ_REGISTRY_PORT: port } = this.config;
    const variables = 'FAKTORZ_REGISTRY_HOST, FAKTORZ_REGISTRY_PORT';
    this.listener = new PublicListener(server, { host, port, variables, backlog: WAITING_CONNECTIONS });
    await this.listener.open();
    this.logger.log(`the registry listens on ${tls ? 'https' : 'http'}://${host}:${this.port}`);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener?.close();
  }

  private async readTls(): Promise<{ cert: Buffer; key: Buffer } | undefined> {
    const { FAKTORZ_REGISTRY_TLS_CERT_FILE: certFile, FAKTORZ_REGISTRY_TLS_KEY_FILE: keyFile } = this.config;
    if (certFile === undefined && keyFile === undefined) return undefined;
    if (certFile === undefined || keyFile === undefined) {
      throw new CannotListen('set both FAKTORZ_REGISTRY_TLS_CERT_FILE and FAKTORZ_REGISTRY_TLS_KEY_FILE, or neither');
    }
    try {
      const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
      return { cert, key };
    } catch (error) {
      throw new CannotListen(`the certificate of the registry cannot be read: ${(error as Error).message}`);
    }
  }
}
