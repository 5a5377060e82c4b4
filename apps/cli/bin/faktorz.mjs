#!/usr/bin/env node
// Starts the compiled command; compiles it first where a clone has not been built yet.
import { existsSync, realpathSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const app = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const root = join(app, '..', '..');
const entry = join(app, 'dist', 'main.js');

if (!existsSync(entry)) build();
const { main } = await import(pathToFileURL(entry).href);
process.exitCode = await main(process.argv);

function build() {
  const tool = join(root, 'tools', 'build.mjs');
  const built = existsSync(tool) && existsSync(join(root, 'node_modules', '@swc', 'core'));
  if (!built) {
    process.stderr.write('error: faktorz is not built yet: run "npm install" and "npm run build" first\n');
    process.exit(1);
  }
  const { status } = spawnSync(process.execPath, [tool, 'libs/domain', 'libs/registry-client', 'apps/cli'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    process.stderr.write('error: building faktorz failed: run "npm run build" to see why\n');
    process.exit(1);
  }
}
