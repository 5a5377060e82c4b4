import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { GATEWAY_CONFIG } from '../gateway.tokens.js';
import type { GatewayConfig } from '../gateway.config.js';
import { refuseBrokenRequests } from './broken-requests.js';
import { RequestHandler } from './request-handler.js';

/** Room for long tokens and client certificates' descriptions. */
const LARGEST_HEAD_BYTES = 64 * 1024;
const HEAD_WITHIN_MS = 30_000;
const KEEP_ALIVE_MS = 90_000;
/** How long requests under way may go on when the gateway stops; watches are cut then. */
const STOP_GRACE_MS = 2000;

/** The public listener cannot be opened; the message is all a user needs. */
export class CannotListen extends Error {
  constructor(address: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code;
    super(
      `${address} (FAKTORZ_API_HOST, FAKTORZ_API_PORT) ${code === 'EADDRINUSE' ? 'is taken' : `cannot be opened: ${String(code)}`}`,
    );
    this.stack = this.message;
  }
}

/**
 * The HTTPS listener that everybody outside talks to. It is a plain server of Node's, not Nest's: between a client and
 * an owner there is nothing to route, parse or serialize.
 */
@Injectable()
export class PublicDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PublicDoor.name);
  private server: Server | undefined;

  constructor(
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    private readonly handler: RequestHandler,
  ) {}

  /** Where it listens; known once the application is up. */
  get port(): number {
    const address = this.server?.address();
    if (typeof address !== 'object' || !address) throw new Error('the public API does not listen yet');
    return address.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const [cert, key] = await Promise.all([
      readFile(this.config.FAKTORZ_GATEWAY_TLS_CERT_FILE),
      readFile(this.config.FAKTORZ_GATEWAY_TLS_KEY_FILE),
    ]);
    this.server = createServer(
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
    refuseBrokenRequests(this.server);
    await this.listen(this.server);
    this.logger.log(`the API listens on https://${this.config.FAKTORZ_API_HOST}:${this.port}`);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const server = this.server;
    if (!server?.listening) return;
    const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    clearTimeout(cut);
  }

  private listen(server: Server): Promise<void> {
    const { FAKTORZ_API_HOST: host, FAKTORZ_API_PORT: port } = this.config;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(new CannotListen(`${host} port ${port}`, error)));
      server.listen(port, host, () => resolve());
    });
  }
}
