import type { Server } from 'node:http';

/** How long requests under way may go on when the listener closes. */
const STOP_GRACE_MS = 2000;

/** A listener for clients outside cannot be opened; the message is all a user needs. */
export class CannotListen extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.stack = this.message;
  }
}

export interface ListenAt {
  host: string;
  port: number;
  /** The variables that set host and port, as the user is told when they do not work. */
  variables: string;
  /** Clients that come at once and wait to be let in; the system may allow fewer. */
  backlog?: number;
}

/** The listener of a public door: a server of Node's own beside Nest's. Requests are the server's affair. */
export class PublicListener {
  constructor(
    private readonly server: Server,
    private readonly at: ListenAt,
  ) {}

  /** The port it listens on; throws before it is open. */
  get port(): number {
    const address = this.server.address();
    if (typeof address !== 'object' || !address) throw new Error(`nothing listens on ${this.at.host} yet`);
    return address.port;
  }

  /** Throws `CannotListen`. */
  open(): Promise<void> {
    const { host, port, variables, backlog } = this.at;
    return new Promise((resolve, reject) => {
      this.server.once('error', (cause: NodeJS.ErrnoException) => {
        const problem = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be opened: ${String(cause.code)}`;
        reject(new CannotListen(`${host} port ${port} (${variables}) ${problem}`, { cause }));
      });
      this.server.listen({ host, port, backlog }, resolve);
    });
  }

  /** Lets in nobody new; what is under way for longer than two seconds is cut. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const cut = setTimeout(() => this.server.closeAllConnections(), STOP_GRACE_MS);
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeIdleConnections();
    });
    clearTimeout(cut);
  }
}
