// Compiles every project's src to dist with swc, then bundles the services; skips what is newer than its source.
import { transformFile } from '@swc/core';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleServices, isBundled } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.slice(2);
const projects = asked.length > 0 ? asked : await allProjects();

await Promise.all(projects.map(buildProject));
await bundleServices();

async function allProjects() {
  const found = [];
  for (const kind of ['libs', 'apps']) {
    for (const name of await readdir(join(root, kind))) found.push(join(kind, name));
  }
  return found;
}

async function buildProject(project) {
  const src = join(root, project, 'src');
  const dist = join(root, project, 'dist');
  const sources = (await filesIn(src)).filter((file) => file.endsWith('.ts') && !/\.(spec|contract)\.ts$/.test(file));
  const outputs = new Set();
  await Promise.all(
    sources.map(async (file) => {
      const out = join(dist, relative(src, file).replace(/\.ts$/, '.js'));
      outputs.add(out);
      outputs.add(`${out}.map`);
      if (await isNewer(out, file)) return;
      const { code, map } = await transformFile(file, { cwd: root, sourceFileName: relative(dirname(out), file) });
      await mkdir(dirname(out), { recursive: true });
      await writeFile(`${out}.map`, map);
      await writeFile(out, `${code}\n//# sourceMappingURL=${out.slice(out.lastIndexOf('/') + 1)}.map\n`);
    }),
  );
  for (const old of await filesIn(dist)) if (!outputs.has(old) && !isBundled(old)) await rm(old);
}

async function filesIn(directory) {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

async function isNewer(out, source) {
  try {
    return (await stat(out)).mtimeMs > (await stat(source)).mtimeMs;
  } catch {
    return false;
  }
}
