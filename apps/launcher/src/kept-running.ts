import type { Exit } from '@faktorz/embedded';

/** A server child process that can be started again on the same port. */
export interface Restartable {
  readonly port: number;
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
}

/** Something `stop` ends. */
export interface KeptServer {
  stop(): Promise<void>;
}

const FIRST_RESTART_DELAY_MS = 500;
const LONGEST_RESTART_DELAY_MS = 15_000;

/** Starts a server again, on the port it had, whenever it ends by itself. */
export class KeptRunning<Server extends Restartable> implements KeptServer {
  private server: Server | undefined;
  private starting: Promise<Server> | undefined;
  private isStopping = false;

  constructor(
    private readonly name: string,
    private readonly launch: (port: number) => Promise<Server>,
    private readonly print: (line: string) => void,
  ) {}

  /** The first start; rejects when it fails. */
  async start(port: number): Promise<Server> {
    this.starting = this.launch(port);
    const server = await this.starting;
    this.watch(server);
    return server;
  }

  /** Ends it for good; one that is just starting ends as soon as it has started. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.starting?.catch(() => undefined); // the failed start was reported where it was awaited
    await this.server?.stop();
  }

  private watch(server: Server): void {
    this.server = server;
    void server.exited.then(({ code, signal }) => {
      if (!this.isStopping) void this.startAgain(server.port, signal ?? `exit code ${code}`);
    });
  }

  private async startAgain(port: number, how: string): Promise<void> {
    let delayMs = FIRST_RESTART_DELAY_MS;
    let why = `ended by itself (${how})`;
    while (!this.isStopping) {
      this.print(`${this.name} ${why}; starting it again in ${delayMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (this.isStopping) return;
      try {
        await this.start(port);
        return;
      } catch (error) {
        why = `could not be started again: ${error instanceof Error ? error.message : String(error)}`;
        delayMs = Math.min(delayMs * 2, LONGEST_RESTART_DELAY_MS);
      }
    }
  }
}
