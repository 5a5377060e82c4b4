import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { freePort } from '@faktorz/embedded';
import { eventually, type TestSystem } from '@faktorz/testing';

/** One more process of the registry beside the launcher's: two doors to one store. Reads `/proc`, so Linux only. */
export class RegistryReplica implements AsyncDisposable {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
  ) {}

  static async start(system: TestSystem): Promise<RegistryReplica> {
    const [pid] = await system.pids('registry');
    const lines = async (name: string) => (await readFile(`/proc/${pid}/${name}`, 'utf8')).split('\0').filter(Boolean);
    const [program = '', ...args] = await lines('cmdline');
    const variables = (await lines('environ')).map((line) => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)] as const;
    });
    const port = await freePort();
    const own = { FAKTORZ_REGISTRY_PORT: String(port), FAKTORZ_HTTP_PORT: String(await freePort()) };
    const child = spawn(program, args, {
      env: { ...Object.fromEntries(variables), ...own },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const replica = new RegistryReplica(port, child);
    await eventually('the replica listens', () => replica.answers(), 60_000);
    return replica;
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  async answers(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/healthz`).catch(() => undefined);
    return answer?.status === 200;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
