import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as the receiver got it. */
export interface Received {
  id: string;
  timestamp: number;
  body: string;
  event: { id: string; type: string; subject: string; data: Record<string, unknown> };
  headers: IncomingHttpHeaders;
  /** How many of the header's signatures are right under each of the keys the receiver knows. */
  verified: number;
  atMs: number;
}

type Reply = (message: Received, response: ServerResponse) => void | Promise<void>;

export const ok: Reply = (_message, response) => void response.writeHead(204).end();
export const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (_message, response) =>
    void response.writeHead(code, headers).end('{"no":"thanks"}');
export const never: Reply = () => undefined;

/** A webhook's receiver, which verifies signatures as the Standard Webhooks specification says. */
export class Receiver {
  readonly messages: Received[] = [];
  /** Keys (`whsec_…`) that it believes. */
  keys: string[] = [];
  /** What it answers; may look at the message. */
  reply: Reply = ok;
  private waiting: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => void receiver.take(request.headers, Buffer.concat(parts).toString(), response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Subjects of what came, in order. */
  get subjects(): string[] {
    return this.messages.map(({ event }) => event.subject);
  }

  /** Resolves when so many messages have come. */
  async until(count: number, timeoutMs = 10_000): Promise<Received[]> {
    const deadline = Date.now() + timeoutMs;
    while (this.messages.length < count) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${this.messages.length} of ${count} messages came in ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.messages;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(headers: IncomingHttpHeaders, body: string, response: ServerResponse): Promise<void> {
    const id = String(headers['webhook-id']);
    const timestamp = Number(headers['webhook-timestamp']);
    const message: Received = {
      id,
      timestamp,
      body,
      event: JSON.parse(body) as Received['event'],
      headers,
      verified: this.keys.filter((key) => isSigned(headers, body, key)).length,
      atMs: performance.now(),
    };
    this.messages.push(message);
    for (const wake of this.waiting.splice(0)) wake();
    await this.reply(message, response);
  }
}

function isSigned(headers: IncomingHttpHeaders, body: string, key: string): boolean {
  const bytes = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`;
  const expected = createHmac('sha256', bytes).update(signed).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'))
    .some((actual) => actual.length === expected.length && timingSafeEqual(actual, expected));
}
