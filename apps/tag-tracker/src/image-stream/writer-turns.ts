import { ApiError } from '@faktorz/apimachinery';
import type { StreamName } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';

/** As long as one waits for a connection of the pool. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Writers of one stream wait for each other here, before they take a connection: waiting for the row's lock they would
 * hold all connections, and writers and readers of other streams would wait with them. Between replicas the lock decides.
 */
@Injectable()
export class WriterTurns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs `write` when those of the stream that came before have ended. Throws `ServiceUnavailable` after 10 s of waiting. */
  async take<T>({ namespace, name }: Partial<StreamName>, write: () => Promise<T>): Promise<T> {
    const stream = `${namespace}/${name}`;
    const since = performance.now();
    const turn = Promise.resolve(this.last.get(stream)).then(() => {
      if (performance.now() - since > LONGEST_WAIT_MS) throw tooManyWriters(stream);
      return write();
    });
    const ended = turn.catch(() => undefined);
    this.last.set(stream, ended);
    try {
      return await turn;
    } finally {
      if (this.last.get(stream) === ended) this.last.delete(stream);
    }
  }
}

function tooManyWriters(stream: string): ApiError {
  return new ApiError('ServiceUnavailable', `too many requests write to image stream ${stream} at once; try again`, {
    retryAfterSeconds: 1,
  });
}
