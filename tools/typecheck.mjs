// Type-checks the named projects (default: all) with the native compiler, one after the other.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/typescript-native/bin/tsc');
const asked = process.argv.slice(2);
const projects =
  asked.length > 0
    ? asked
    : ['libs', 'apps'].flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name)));

let failed = false;
for (const project of [
  ...projects,
  ...(asked.length > 0 || !existsSync(join(root, 'e2e/tsconfig.json')) ? [] : ['e2e']),
]) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, project, 'tsconfig.json')], {
    stdio: 'inherit',
    cwd: root,
  });
  if (status !== 0) {
    failed = true;
    console.error(`typecheck failed: ${project}`);
  }
}
process.exit(failed ? 1 : 0);
