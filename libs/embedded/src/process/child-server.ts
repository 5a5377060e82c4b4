import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Watchdog } from './watchdog.js';

/** How a child process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildServerOptions {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** User and group to run as; only root may name others than its own. */
  runAs?: { uid: number; gid: number };
  /** Every line it writes to standard output or standard error. */
  log: (line: string) => void;
  watchdog?: Watchdog;
}

/**
 * A server as a child process in a session of its own, so that Ctrl-C in a terminal reaches only the parent, which stops
 * its children in order.
 */
export class ChildServer {
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  private readonly process: ChildProcess;
  private end: Exit | undefined;

  private constructor(process: ChildProcess, { log, watchdog }: ChildServerOptions) {
    this.process = process;
    for (const stream of [process.stdout, process.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', log);
    }
    const { pid } = process;
    if (pid !== undefined) watchdog?.watch(pid);
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        if (pid !== undefined) watchdog?.release(pid);
        this.end = { code, signal };
        resolve(this.end);
      });
    });
  }

  /** Rejects when the program cannot be started at all (missing, not executable). */
  static async start(options: ChildServerOptions): Promise<ChildServer> {
    const child = spawn(options.command, [...options.args], {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...options.runAs,
    });
    const server = new ChildServer(child, options);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return server;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** How it ended, or undefined while it runs. */
  get exit(): Exit | undefined {
    return this.end;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.end) this.process.kill(signal);
  }

  /** Asks it to end with `signal`, and with `lastSignal` after `patienceMs`; settles when it has ended. */
  async stop(signal: NodeJS.Signals, patienceMs: number, lastSignal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.kill(signal);
    const timer = setTimeout(() => this.kill(lastSignal), patienceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }
}
