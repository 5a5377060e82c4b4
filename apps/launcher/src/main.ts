import { EmbeddedServerError } from '@faktorz/embedded';
import { readConfig } from '@faktorz/configuration';
import { Launch } from './launch.js';
import { LaunchError } from './launch-error.js';
import { launcherEnv } from './launcher.config.js';

/** Everything has ended before this, or the process ends without waiting for it. */
const STOP_DEADLINE_MS = 9_800;
const PARENT_POLL_MS = 500;

// Whoever reads our output may go away first (`npm start | head`).
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const launch = new Launch(readConfig(launcherEnv, process.env), process.env, (line) =>
  process.stdout.write(`${line}\n`),
);
let isEnding = false;

async function end(code: number): Promise<void> {
  if (isEnding) return; // Ctrl-C reaches us twice under npm
  isEnding = true;
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  await launch.stop();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));

// npm and the shell between may die without passing a signal on: we would be left behind with everything we started.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void end(1), PARENT_POLL_MS).unref();
}

try {
  await launch.start();
  if (!isEnding) process.stdout.write('FaktorZ is ready\n');
} catch (error) {
  if (!isEnding) {
    const isExpected = error instanceof LaunchError || error instanceof EmbeddedServerError;
    process.stderr.write(
      `FaktorZ cannot start: ${isExpected ? error.message : String((error as Error).stack ?? error)}\n`,
    );
  }
  await end(1);
}
