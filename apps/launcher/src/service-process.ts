import { ChildServer, type Watchdog } from '@faktorz/embedded';
import { consoleLine, sentenceOf } from './console-line.js';
import { LaunchError } from './launch-error.js';
import type { LogFile } from './log-file.js';

/** One process of a service. */
export interface ServiceProcessOptions {
  /** Service name, with `-2` and so on for further replicas. */
  name: string;
  mainFile: string;
  env: NodeJS.ProcessEnv;
  /** Where it answers `/readyz`. */
  url: string;
  logFile: LogFile;
  showAll: boolean;
  print: (line: string) => void;
  watchdog: Watchdog;
  /** Called after every start with the new process's number. */
  onStart: (pid: number) => void;
}

/**
 * Some small processes share a machine: of the young generation Node would keep up to 48 MB in each, and four helper
 * threads; and where a heap may become large, V8 lets it grow fourfold before it looks for garbage. Arguments win over
 * `NODE_OPTIONS`, so where an operator has set those, they alone hold.
 */
const NODE_ARGUMENTS = ['--max-semi-space-size=2', '--v8-pool-size=2', '--max-old-space-size=1024'];
/** glibc would otherwise keep up to eight heaps for each core. */
const MEMORY_VARIABLES = { MALLOC_ARENA_MAX: '2' };

const READY_POLL_MS = 100;
const READY_TIMEOUT_MS = 90_000;
const FIRST_RESTART_DELAY_MS = 500;
const LONGEST_RESTART_DELAY_MS = 15_000;
/** A process that lived this long was all right: the next restart is quick again. */
const SOUND_AFTER_MS = 60_000;
const LAST_LINES_KEPT = 20;

/** Keeps one process of a service running: started again, with growing pauses, whenever it ends by itself. */
export class ServiceProcess {
  private child: ChildServer | undefined;
  private isStopping = false;
  private hasBeenReady = false;
  private restartDelayMs = FIRST_RESTART_DELAY_MS;
  private restartTimer: NodeJS.Timeout | undefined;
  private lastLines: string[] = [];

  constructor(private readonly options: ServiceProcessOptions) {}

  /** Starts it for the first time. Rejects with one line when it ends, or is not ready, before it ever was ready. */
  async start(): Promise<void> {
    await this.spawn();
    const { name, url } = this.options;
    const deadline = Date.now() + READY_TIMEOUT_MS;
    let missing = 'it does not answer';
    while (!this.isStopping) {
      if (this.child?.exit) throw new LaunchError(`${name} cannot start: ${this.lastWords()}`);
      const state = await readiness(url);
      if (state === 'ready') break;
      missing = state ?? missing;
      if (Date.now() > deadline)
        throw new LaunchError(`${name} is not ready after ${READY_TIMEOUT_MS / 1000} s: ${missing}`);
      await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
    }
    this.hasBeenReady = true;
  }

  /** Lets it finish its work; ends it hard after `patienceMs`. It is not started again. */
  async stop(patienceMs: number): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restartTimer);
    await this.child?.stop('SIGTERM', patienceMs);
  }

  private async spawn(): Promise<void> {
    const { mainFile, env, watchdog, onStart } = this.options;
    const startedAt = Date.now();
    const child = await ChildServer.start({
      command: process.execPath,
      args: env.NODE_OPTIONS ? [mainFile] : [...NODE_ARGUMENTS, mainFile],
      env: { ...MEMORY_VARIABLES, ...env },
      watchdog,
      log: (line) => this.onLine(line),
    });
    this.child = child;
    onStart(child.pid);
    if (this.isStopping) child.kill('SIGTERM');
    void child.exited.then(({ code, signal }) => this.onExit(startedAt, signal ?? `exit code ${code}`));
  }

  private onExit(startedAt: number, how: string): void {
    if (this.isStopping || !this.hasBeenReady) return;
    if (Date.now() - startedAt > SOUND_AFTER_MS) this.restartDelayMs = FIRST_RESTART_DELAY_MS;
    const delayMs = this.restartDelayMs;
    this.restartDelayMs = Math.min(delayMs * 2, LONGEST_RESTART_DELAY_MS);
    this.options.print(`${this.options.name} ended by itself (${how}); starting it again in ${delayMs / 1000} s`);
    this.restartTimer = setTimeout(() => {
      this.spawn().catch((error: unknown) => {
        this.options.print(`${this.options.name} cannot be started again: ${String(error)}`);
        this.onExit(Date.now(), 'no process');
      });
    }, delayMs);
  }

  private onLine(line: string): void {
    const { name, logFile, showAll, print } = this.options;
    logFile.write(line);
    this.lastLines = [...this.lastLines.slice(1 - LAST_LINES_KEPT), line];
    // While it starts, its last words are part of the one line that says why it could not.
    const shown = this.hasBeenReady || showAll ? consoleLine(name, line, showAll) : undefined;
    if (shown !== undefined) print(shown);
  }

  /** The line that most likely says why it ended: a crash's first line, not its stack. */
  private lastWords(): string {
    const isStack = (line: string): boolean => /^\s*(at |\^|\}|Node\.js v)|^\s*$/.test(line);
    const telling = this.lastLines.findLast(
      (line) => /cannot start|bad configuration|Error( \[\w+\])?:|"level":"(error|fatal)"/.test(line) && !isStack(line),
    );
    const words = telling ?? this.lastLines.findLast((line) => !isStack(line)) ?? 'it ended without a word';
    return sentenceOf(words).replace(/^\S+ cannot start: /, '');
  }
}

/** `ready`, what is missing, or undefined when nothing answers. */
async function readiness(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    const text = await answer.text();
    if (answer.ok) return 'ready';
    return text
      .split('\n')
      .filter((line) => line.startsWith('[-]'))
      .join(', ');
  } catch {
    return undefined;
  }
}
