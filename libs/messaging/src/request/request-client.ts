import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { NatsLink } from '../nats/nats-link.js';

/** A question and how long to wait for its answer, handed to `RequestClient.send`. */
export class TimedAsk {
  constructor(
    readonly ask: unknown,
    readonly timeoutMs: number,
  ) {}
}

/**
 * Nest's NATS client on the process' own connection: the same packets as `ClientNats`, so that any Nest microservice
 * answers it, but with one inbox subscription for all replies instead of one for each.
 */
export class RequestClient extends ClientProxy {
  constructor(private readonly link: NatsLink) {
    super();
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // The connection is closed by who opened it.
  }

  unwrap<T>(): T {
    return this.link.connection as T;
  }

  protected publish(packet: ReadPacket<TimedAsk>, callback: (packet: WritePacket) => void): () => void {
    const { ask, timeoutMs } = packet.data;
    const subject = this.normalizePattern(packet.pattern as string);
    const { id } = this.assignPacketId(packet);
    let abandoned = false;
    this.link.connection
      .request(subject, JSON.stringify({ pattern: subject, data: ask, id }), { timeout: timeoutMs })
      .then(
        (message) => !abandoned && callback({ ...message.json<WritePacket>(), isDisposed: true }),
        (err: unknown) => !abandoned && callback({ err, isDisposed: true }),
      )
      .catch((err: unknown) => callback({ err, isDisposed: true }));
    return () => {
      abandoned = true;
    };
  }

  protected dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    const subject = this.normalizePattern(packet.pattern as string);
    this.link.connection.publish(subject, JSON.stringify({ pattern: subject, data: packet.data as unknown }));
    return Promise.resolve(undefined as T);
  }
}
