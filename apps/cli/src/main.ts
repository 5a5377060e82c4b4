import { basename } from 'node:path';
import { runProgram } from './program.js';
import { processTerminal } from './terminal/terminal.js';

/** Runs one call as typed and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const calledAs = basename(argv[1] ?? '').replace(/\.[cm]?js$/, '');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return runProgram(argv.slice(2), {
    dialect: calledAs === 'kubectl' || process.env.FAKTORZ_DIALECT === 'kubectl' ? 'kubectl' : 'oc',
    terminal: processTerminal(),
    env: process.env,
  });
}
