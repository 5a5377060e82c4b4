// Writes docs/configuration.md out of the apps' configuration schemas (build first). With --check it only compares.
import { configurationTable } from '@faktorz/configuration';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './workspace.mjs';

const path = join(root, 'docs', 'configuration.md');
const parts = [
  `# Configuration

Everything is configured by environment variables. A bad one ends the process with one line that names it. This page is
printed by \`node tools/configuration-docs.mjs\` out of the schemas the programs read.
`,
];
for (const app of (await readdir(join(root, 'apps'))).sort()) {
  const dist = join(root, 'apps', app, 'dist');
  const files = existsSync(dist) ? (await readdir(dist)).filter((name) => name.endsWith('.config.js')).sort() : [];
  for (const file of files) {
    const schemas = Object.values(await import(join(dist, file))).filter((value) => value?.def?.type === 'object');
    for (const schema of schemas)
      parts.push(`## ${file.replace(/\.config\.js$/, '')}\n\n${configurationTable(schema)}`);
  }
}
const text = await format(parts.join('\n'), { ...(await resolveConfig(path)), parser: 'markdown' });

if (process.argv.includes('--check')) {
  const written = await readFile(path, 'utf8').catch(() => '');
  if (written !== text) {
    console.error('docs/configuration.md is not what the schemas say: run "node tools/configuration-docs.mjs"');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, text);
}
