// Lints the whole repository: a part at a time, since one process that knows the types of all parts needs too much memory.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PARTS_OF_APPS = 3;

const apps = (await readdir(join(root, 'apps'))).map((app) => `apps/${app}`);
const queue = [
  ...Array.from({ length: PARTS_OF_APPS }, (_, part) => apps.filter((_, index) => index % PARTS_OF_APPS === part)),
  ['libs'],
  ['.', '--ignore-pattern', 'apps/**', '--ignore-pattern', 'libs/**'],
];

let failed = false;
async function worker() {
  for (let part = queue.shift(); part; part = queue.shift()) if ((await lint(part)) !== 0) failed = true;
}

function lint(what) {
  const eslint = spawn(process.execPath, ['--max-old-space-size=6144', 'node_modules/eslint/bin/eslint.js', ...what], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve) => eslint.on('close', (code) => resolve(code ?? 1)));
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
process.exitCode = failed ? 1 : 0;
