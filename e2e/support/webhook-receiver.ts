import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@faktorz/testing';

/** A CloudEvent in structured JSON, as a receiver reads it. */
export interface ReceivedEvent {
  specversion: string;
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  datacontenttype: string;
  data: {
    namespace: string;
    stream: string;
    tag: string;
    image: string;
    previousImage?: string;
    cause: string;
    position: string;
  };
}

/** One request with what its signature was worth. */
export interface Delivery {
  id: string;
  contentType: string;
  isSigned: boolean;
  event: ReceivedEvent;
}

const TOLERANCE_SECONDS = 300;

/** A receiver as a user would write one: checks the signature by the Standard Webhooks specification, and answers 204. */
export class WebhookReceiver implements AsyncDisposable {
  /** All that came, signed or not, oldest first. */
  readonly deliveries: Delivery[] = [];
  /** What later requests are answered. */
  status = 204;
  private key = Buffer.alloc(0);

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response) => {
      void this.take(request).then(() => response.writeHead(this.status).end());
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookReceiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Expects signatures made with this secret: `whsec_` and base64. */
  trust(secret: string): void {
    if (!secret.startsWith('whsec_')) throw new Error('a signing secret starts with whsec_');
    this.key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  }

  /** Waits for so many deliveries and returns their events. */
  async events(count: number, timeoutMs?: number): Promise<ReceivedEvent[]> {
    await eventually(`${count} deliveries`, () => this.deliveries.length >= count, timeoutMs).catch(
      (cause: unknown) => {
        throw new Error(`${this.deliveries.length} deliveries came instead of ${count}`, { cause });
      },
    );
    return this.deliveries.map(({ event }) => event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    this.deliveries.push({
      id: String(request.headers['webhook-id']),
      contentType: String(request.headers['content-type']),
      isSigned: this.isSigned(request, body),
      event: JSON.parse(body) as ReceivedEvent,
    });
  }

  private isSigned({ headers }: IncomingMessage, body: string): boolean {
    const timestamp = Number(headers['webhook-timestamp']);
    if (!(Math.abs(Date.now() / 1000 - timestamp) < TOLERANCE_SECONDS)) return false;
    const content = `${String(headers['webhook-id'])}.${timestamp}.${body}`;
    const expected = createHmac('sha256', this.key).update(content).digest();
    return String(headers['webhook-signature'])
      .split(' ')
      .map((signature) => signature.split(','))
      .some(([version, value]) => {
        const given = Buffer.from(value ?? '', 'base64');
        return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
      });
  }
}
