// npm run bench: runs every benchmark in bench/, or those whose path contains one of the arguments, one after the other.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareProgramsForTests } from './prerequisites.mjs';
import { build, installPackages, root, run } from './workspace.mjs';

const parts = process.argv.slice(2);
const directory = join(root, 'bench');

await installPackages();
const env = { ...process.env, PATH: await prepareProgramsForTests() };
await build();

const all = existsSync(directory) ? await readdir(directory) : [];
const chosen = all
  .filter((name) => name.endsWith('.bench.mjs') && (parts.length === 0 || parts.some((part) => name.includes(part))))
  .sort();
let failed = 0;
for (const name of chosen) {
  console.log(`\n${name}`);
  const code = await run(process.execPath, [join('bench', name)], { env });
  if (code !== 0) failed++;
}
console.log(`\n${chosen.length - failed} of ${chosen.length} benchmarks completed`);
process.exitCode = failed > 0 ? 1 : 0;
