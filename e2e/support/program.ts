import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@faktorz/testing';

/** What a program said and how it ended. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Standard input; default: none. */
  input?: string | Buffer;
  /** The program is killed after this. Default 30 s. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Runs a program to its end, whatever its exit code. */
export async function run(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ran> {
  const running = new RunningProgram(command, args, options);
  const timer = setTimeout(() => running.kill(), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    return await running.ended();
  } finally {
    clearTimeout(timer);
  }
}

/** A program that goes on until it is told to end, such as `get -w`. */
export class RunningProgram {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(command: string, args: readonly string[], { env = {}, cwd, input }: ProgramOptions = {}) {
    this.child = spawn(command, args, { env: { ...process.env, ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.child.stdin?.on('error', () => undefined); // it may end without reading
    this.child.stdin?.end(input ?? '');
    this.closed = once(this.child, 'close');
    this.closed.catch(() => undefined); // reported by whoever waits for the end
  }

  async ended(): Promise<Ran> {
    await this.closed;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  /** Waits until the standard output matches. */
  async printed(pattern: RegExp, timeoutMs?: number): Promise<void> {
    await eventually(`${String(pattern)} in the output`, () => pattern.test(this.stdout), timeoutMs).catch(
      (cause: unknown) => {
        throw new Error(`printed so far:\n${this.stdout}\n${this.stderr}`, { cause });
      },
    );
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async interrupt(): Promise<Ran> {
    this.child.kill('SIGINT');
    return this.ended();
  }
}
