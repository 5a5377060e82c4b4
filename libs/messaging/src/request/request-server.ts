import { Logger } from '@nestjs/common';
import { type NatsContext, ServerNats } from '@nestjs/microservices';
import { MAX_MESSAGE_BYTES } from '@faktorz/persistence';
import type { RequestDefinition } from '@faktorz/domain';
import { from, type Observable } from 'rxjs';
import type { NatsLink } from '../nats/nats-link.js';
import { askerOf, askSubject } from '../nats/subjects.js';
import type { AskContext } from './answers.decorator.js';
import { failure, statusPacket } from './status-packet.js';

type Answerer = (ask: unknown, context: AskContext) => unknown;

/** Nest's NATS server on the process' own connection; each question goes to one replica of the service. */
export class RequestServer extends ServerNats {
  private readonly failures = new Logger('Requests');

  constructor(
    service: string,
    private readonly link: NatsLink,
  ) {
    super({ queue: service });
  }

  override createNatsClient(): ReturnType<ServerNats['createNatsClient']> {
    return Promise.resolve(this.link.connection);
  }

  /** The connection is followed and closed by who opened it. */
  override handleStatusUpdates(): Promise<void> {
    return Promise.resolve();
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  /** Answers questions of this kind with `answerer`, from the next `listen` on. */
  answer(request: RequestDefinition, answerer: Answerer): void {
    this.addHandler(
      askSubject(request.name, '*'),
      (ask: unknown, context: NatsContext): Promise<Observable<unknown>> => {
        return Promise.resolve(from(this.reply(request, answerer, ask, { asker: askerOf(context.getSubject()) })));
      },
    );
  }

  /** Begins to answer. */
  begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      void this.listen((error?: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(error as Error);
      });
    });
  }

  private async reply(
    request: RequestDefinition,
    answerer: Answerer,
    ask: unknown,
    context: AskContext,
  ): Promise<unknown> {
    try {
      const answer = (await answerer(request.ask.parse(ask), context)) ?? {};
      const sizeBytes = Buffer.byteLength(JSON.stringify(answer));
      if (sizeBytes <= MAX_MESSAGE_BYTES) return answer;
      throw new Error(`the answer has ${sizeBytes} bytes, more than the ${MAX_MESSAGE_BYTES} a message may have`);
    } catch (error) {
      const status = statusPacket(error);
      if (status) throw status as unknown as Error;
      const { message, stack } = error as Error;
      this.failures.error(`answering ${request.name} for ${context.asker}: ${message}`, stack);
      throw failure('InternalError', `Internal error occurred: ${request.name} failed`) as unknown as Error;
    }
  }
}
