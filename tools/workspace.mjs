// What several tools need to know of this clone: where it is, whether its packages are installed, how to run a program.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root directory. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Installs the packages of package-lock.json unless exactly those are installed. Uses npm alone: nothing may be there yet. */
export async function installPackages() {
  if (await isInstalled()) return;
  console.log('installing packages (npm ci)');
  const code = await run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']);
  if (code !== 0) throw new Error(`npm ci failed (exit code ${code})`);
}

/** npm writes a copy of the lock when an installation is complete: it must name the same packages. */
async function isInstalled() {
  const wanted = await packagesIn(join(root, 'package-lock.json'));
  const installed = await packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  const isSame = (path) => identity(wanted[path]) === identity(installed[path]);
  const isWanted = Object.keys(installed).every((path) => wanted[path] && isSame(path));
  // Optional packages are those of other platforms.
  return (
    isWanted &&
    Object.keys(wanted).every((path) => !path.startsWith('node_modules/') || wanted[path].optional || isSame(path))
  );
}

function identity(entry) {
  return entry && `${entry.version} ${entry.integrity ?? ''} ${entry.resolved ?? ''} ${entry.link === true}`;
}

async function packagesIn(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs a program in the clone with our output; its exit code. It ends when we are told to. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM'];
    for (const signal of signals) process.on(signal, forward);
    const settle = (act) => (value, signal) => {
      for (const name of signals) process.off(name, forward);
      act(value, signal);
    };
    child.once('error', settle(reject));
    child.once(
      'exit',
      settle((code, signal) => {
        if (signals.includes(signal)) process.exit(1);
        resolve(code ?? 1);
      }),
    );
  });
}

/** Compiles what changed. */
export async function build() {
  const code = await run(process.execPath, ['tools/build.mjs']);
  if (code !== 0) throw new Error('the build failed');
}
