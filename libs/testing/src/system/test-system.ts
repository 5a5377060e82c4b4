import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, removePostgresPlace } from '@faktorz/embedded';
import { Agent, fetch, type RequestInit, type Response } from 'undici';
import { eventually } from '../wait/eventually.js';
import { testWatchdog } from '../test-watchdog.js';
import { EmbeddedProcesses } from './embedded-processes.js';

export interface SystemOptions {
  /** Processes per service, e.g. `{ 'tag-tracker': 2 }`. */
  replicas?: Readonly<Record<string, number>>;
  /** More variables, e.g. `{ FAKTORZ_IMPORTER_PAUSED: 'true' }`. */
  env?: Readonly<Record<string, string>>;
  /** An existing data directory to start on; it is then kept by `stop`. */
  dataDirectory?: string;
}

/** A whole FaktorZ as `npm start` runs it, on free ports and data of its own. */
export interface TestSystem extends AsyncDisposable {
  readonly apiUrl: string;
  readonly registryPort: number;
  readonly dataDirectory: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The administrator's token. */
  readonly token: string;
  /** PEM of the authority that signed the API's certificate. */
  readonly ca: string;
  /** What the launcher has printed so far. */
  output(): string;
  /** A request to the API as administrator, or as the holder of `token`. Objects are sent as JSON. */
  request(path: string, init?: RequestInit & { token?: string; json?: unknown }): Promise<Response>;
  /** Numbers of the processes that now run a service. */
  pids(service: string): Promise<number[]>;
  /**
   * Kills one process of a service, `nats-server` or `postgresql`, as a crash would; the launcher starts it again.
   * `launcher` kills the launcher itself, and everything ends soon.
   */
  kill(service: string, index?: number): Promise<void>;
  /** Ends nats-server, removes all it has stored, and lets the launcher start it again. */
  wipeMessages(): Promise<void>;
  /** Looks into the database as superuser, for what cannot be seen from outside. Tables are `schema.table`. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Ends it and removes its data; the launcher's exit code. */
  stop(): Promise<number | null>;
}

const WORKSPACE = fileURLToPath(new URL('../../../..', import.meta.url));
const START_TIMEOUT_MS = 120_000;

/** Starts the built system (`npm run build` first) and waits until it is ready. Fails with what it printed. */
export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // A port that was free when it was chosen may be taken by a system that starts beside this one.
      if (attempt === 3 || !/port \d+ .* is taken/.test(String(error))) throw error;
    }
  }
}

async function startOnce(options: SystemOptions): Promise<TestSystem> {
  const base = options.dataDirectory === undefined ? await mkdtemp(join(tmpdir(), 'faktorz-system-')) : undefined;
  const dataDirectory = options.dataDirectory ?? join(base ?? '', 'data');
  const apiPort = await freePort();
  const registryPort = await freePort();
  const launcher = new LauncherProcess({
    ...process.env,
    FAKTORZ_DATA_DIR: dataDirectory,
    FAKTORZ_API_PORT: String(apiPort),
    FAKTORZ_REGISTRY_PORT: String(registryPort),
    FAKTORZ_REPLICAS: Object.entries(options.replicas ?? {})
      .map(([service, count]) => `${service}=${count}`)
      .join(','),
    ...options.env,
  });
  const stop = async (): Promise<number | null> => {
    const code = await launcher.stop();
    if (base === undefined) return code;
    await removePostgresPlace(join(dataDirectory, 'postgres'));
    await rm(base, { recursive: true, force: true });
    return code;
  };
  try {
    await launcher.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return systemOf(launcher, `https://127.0.0.1:${apiPort}`, registryPort, dataDirectory, stop);
}

async function systemOf(
  launcher: LauncherProcess,
  apiUrl: string,
  registryPort: number,
  dataDirectory: string,
  stopLauncher: () => Promise<number | null>,
): Promise<TestSystem> {
  const token = (await readFile(join(dataDirectory, 'secrets', 'admin.token'), 'utf8')).trim();
  const ca = await readFile(join(dataDirectory, 'tls', 'ca.crt'), 'utf8');
  const agent = new Agent({ connect: { ca } });
  const stop = async (): Promise<number | null> => {
    await agent.destroy();
    return stopLauncher();
  };
  const pids = async (service: string): Promise<number[]> => {
    const all = JSON.parse(await readFile(join(dataDirectory, 'processes.json'), 'utf8')) as Record<string, number[]>;
    return all[service] ?? [];
  };
  const servers = new EmbeddedProcesses(dataDirectory);
  return {
    apiUrl,
    registryPort,
    dataDirectory,
    kubeconfig: join(dataDirectory, 'kubeconfig'),
    token,
    ca,
    output: () => launcher.output,
    request: (path, { token: asToken = token, json, ...init } = {}) =>
      fetch(`${apiUrl}${path}`, {
        ...init,
        dispatcher: agent,
        headers: {
          authorization: `Bearer ${asToken}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string> | undefined),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    pids,
    kill: async (service, index = 0) => {
      if (service === 'launcher') return launcher.kill();
      if (service === 'nats-server' || service === 'postgresql') {
        process.kill(await servers.pid(service), 'SIGKILL');
        return;
      }
      const pid = (await pids(service))[index];
      if (pid === undefined) throw new Error(`no process ${index} of ${service} runs`);
      process.kill(pid, 'SIGKILL');
    },
    wipeMessages: () => servers.wipeMessages(launcher.pid),
    query: (text, values = []) => servers.query(text, values),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

/** The launcher as a child process, with its output. */
class LauncherProcess {
  output = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(env: NodeJS.ProcessEnv) {
    const main = join(WORKSPACE, 'apps', 'launcher', 'dist', 'main.js');
    this.child = spawn(process.execPath, [main], {
      env,
      cwd: WORKSPACE,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    const { pid } = this.child;
    if (pid !== undefined) testWatchdog().watch(pid);
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code) => {
        if (pid !== undefined) testWatchdog().release(pid);
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ready(): Promise<void> {
    await eventually(
      'FaktorZ is ready',
      () => this.output.includes('FaktorZ is ready') || this.child.exitCode !== null || undefined,
      START_TIMEOUT_MS,
    ).catch((cause: unknown) => {
      throw new Error(`FaktorZ was not ready in time; it printed:\n${this.output}`, { cause });
    });
    if (this.child.exitCode !== null)
      throw new Error(`FaktorZ ended with exit code ${this.child.exitCode}:\n${this.output}`);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    return this.exited;
  }
}
