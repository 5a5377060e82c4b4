import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { PublicListener } from '@faktorz/service-kit';
import { GATEWAY_CONFIG } from '../gateway.tokens.js';
import type { GatewayConfig } from '../gateway.config.js';
import { refuseBrokenRequests } from './broken-requests.js';
import { RequestHandler } from './request-handler.js';

/** Room for long tokens and client certificates' descriptions. */
const LARGEST_HEAD_BYTES = 64 * 1024;
const HEAD_WITHIN_MS = 30_000;
const KEEP_ALIVE_MS = 90_000;

/**
 * The HTTPS listener that everybody outside talks to. It is a plain server of Node's, not Nest's: between a client and
 * an owner there is nothing to route, parse or serialize.
 */
@Injectable()
export class PublicDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PublicDoor.name);
  private listener: PublicListener | undefined;

  constructor(
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    private readonly handler: RequestHandler,
  ) {}

  /** Where it listens; known once the application is up. */
  get port(): number {
    if (!this.listener) throw new Error('the public API does not listen yet');
    return this.listener.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const [cert, key] = await Promise.all([
      readFile(this.config.FAKTORZ_GATEWAY_TLS_CERT_FILE),
      readFile(this.config.FAKTORZ_GATEWAY_TLS_KEY_FILE),
    ]);
    const server = createServer(
      {
        cert,
        key,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['http/1.1'],
        maxHeaderSize: LARGEST_HEAD_BYTES,
        headersTimeout: HEAD_WITHIN_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        noDelay: true,
        requireHostHeader: false, // refused by the handler, which says why
      },
      (request, response) => void this.handler.handle(request, response),
    );
    refuseBrokenRequests(server);
    const { FAKTORZ_API_HOST: host, FAKTORZ_API_PORT: port } = this.config;
    this.listener = new PublicListener(server, { host, port, variables: 'FAKTORZ_API_HOST, FAKTORZ_API_PORT' });
    await this.listener.open();
    this.logger.log(`the API listens on https://${host}:${this.port}`);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener?.close();
  }
}
