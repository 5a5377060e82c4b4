import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+PID` and `-PID` lines; when its input ends it stops what is still listed, gently first. A shell, because it
 * costs one megabyte and needs nothing that could be missing.
 */
const SCRIPT = `
pids=' '
while read -r line; do
  pid="\${line#?}"
  case "$line" in
    +*) pids="$pids$pid " ;;
    -*) case "$pids" in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
signal() { left=; for pid in $pids; do kill "$1" "$pid" 2>/dev/null && left=1; done; [ -n "$left" ]; }
signal -INT || exit 0
for _ in 1 2 3 4 5 6 7 8; do sleep 1; signal -0 || exit 0; done
signal -QUIT; sleep 1; signal -KILL
`;

/**
 * Ends child processes when this process dies without having stopped them (SIGKILL, a crash): a tiny shell in a session of
 * its own that notices the end of its input.
 */
export class Watchdog {
  private readonly shell: ChildProcess;

  constructor() {
    this.shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
    // The shell may be killed by hand; watching is then over, and nothing else depends on it.
    this.shell.stdin?.on('error', () => undefined);
    this.shell.on('error', () => undefined);
    this.shell.unref();
    if (this.shell.stdin && 'unref' in this.shell.stdin) (this.shell.stdin as { unref(): void }).unref();
  }

  /** From now on the process ends with this one. */
  watch(pid: number): void {
    this.shell.stdin?.write(`+${pid}\n`);
  }

  /** The process has ended by itself; its number may soon be another's. */
  release(pid: number): void {
    this.shell.stdin?.write(`-${pid}\n`);
  }

  /** Ends the watching; processes not released are stopped. */
  close(): void {
    this.shell.stdin?.end();
  }
}
