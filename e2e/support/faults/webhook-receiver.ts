import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One attempt to deliver an event, as it arrived. */
export interface Arrival {
  id: string;
  type: string;
  subject: string;
  position: bigint;
  image?: string;
  previousImage?: string;
  body: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The status it was answered with. */
  status: number;
}

/** What to answer to an attempt, and after how long. */
export interface Manners {
  status: number;
  delayMs: number;
}

interface ReceivedEvent {
  id: string;
  type: string;
  subject: string;
  data: { position: string; image?: string; previousImage?: string };
}

/** A receiver of webhooks that checks every signature and writes down every attempt in the order of arrival. */
export class WebhookReceiver implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  /** What no attempt may have: a bad signature, an id that is not the event's. */
  readonly problems: string[] = [];
  /** Asked for every attempt that is in order. */
  manners: (arrival: Arrival) => Manners = () => ({ status: 200, delayMs: 0 });

  private constructor(
    private readonly server: Server,
    private readonly secret: Buffer,
    readonly url: string,
  ) {}

  static async start(secret: Buffer): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new WebhookReceiver(server, secret, `http://127.0.0.1:${port}/events`);
    server.on('request', (request, response) => void receiver.receive(request, response));
    return receiver;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the sender was killed while it spoke
    }
    const body = Buffer.concat(chunks).toString();
    const problem = this.problemOf(request, body);
    if (problem !== undefined) {
      this.problems.push(problem);
      response.writeHead(400).end(problem);
      return;
    }
    const { id, type, subject, data } = JSON.parse(body) as ReceivedEvent;
    const { position, image, previousImage } = data;
    const arrival = { id, type, subject, position: BigInt(position), image, previousImage, body, at, status: 0 };
    this.arrivals.push(arrival);
    const { status, delayMs } = this.manners(arrival);
    arrival.status = status;
    if (delayMs > 0) await sleep(delayMs);
    response.writeHead(status).end();
  }

  /** Checks the headers of Standard Webhooks against the body. */
  private problemOf({ headers }: IncomingMessage, body: string): string | undefined {
    const id = String(headers['webhook-id']);
    const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
    const wanted = Buffer.from(`v1,${createHmac('sha256', this.secret).update(signed).digest('base64')}`);
    const isSigned = String(headers['webhook-signature'])
      .split(' ')
      .some((given) => given.length === wanted.length && timingSafeEqual(Buffer.from(given), wanted));
    if (!isSigned) return `${id} has no valid signature`;
    const inBody = (JSON.parse(body) as ReceivedEvent).id;
    return inBody === id ? undefined : `${id} in the headers is ${inBody} in the body`;
  }
}
