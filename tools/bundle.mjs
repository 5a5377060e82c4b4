// Joins each service and what it imports into one file, and one for each part that is loaded on demand: a service that loads
// two thousand small files spends more processor time on finding them than on running them.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the joined files are, beside the compiled ones; the launcher and the Dockerfile start `main.js` in it. */
const BUNDLE = join('dist', 'service');
/** Left in node_modules: what is large and loaded by few, has a native part, or must have run before all else. */
const KEPT_APART = ['@kubernetes/client-node', '@node-rs/argon2', 'reflect-metadata'];
/** Commands end soon and load little. */
const COMMANDS = ['cli', 'launcher'];

// CommonJS packages expect these names, which a module does not have.
const BANNER = `import 'reflect-metadata';
import { createRequire as bundleRequire } from 'node:module';
import { dirname as bundleDirname } from 'node:path';
import { fileURLToPath as bundleFile } from 'node:url';
const require = bundleRequire(import.meta.url);
const __filename = bundleFile(import.meta.url);
const __dirname = bundleDirname(__filename);`;

/** Packages that others load if they are there, and that are not: left to fail, or not, when they are asked for. */
const optionalPackages = {
  name: 'optional packages',
  setup(build) {
    const pluginData = 'asked by this plugin';
    build.onResolve({ filter: /^[^./]/ }, async (asked) => {
      if (asked.pluginData === pluginData) return undefined;
      const { kind, importer, resolveDir, with: attributes } = asked;
      const found = await build.resolve(asked.path, { kind, importer, resolveDir, with: attributes, pluginData });
      return found.errors.length > 0 ? { path: asked.path, external: true } : found;
    });
  },
};

/** Bundles every compiled service of which a part has changed since. */
export async function bundleServices() {
  const services = (await readdir(join(root, 'apps'))).filter(
    (app) => !COMMANDS.includes(app) && existsSync(join(root, 'apps', app, 'dist', 'main.js')),
  );
  const shared = Math.max(
    await newestIn('libs'),
    await changedAt('node_modules/.package-lock.json'),
    await changedAt('tools/bundle.mjs'),
  );
  for (const service of services) {
    const app = join('apps', service);
    const bundledAt = await changedAt(join(app, BUNDLE, 'main.js'));
    if (bundledAt < Math.max(shared, await newestIn(join(app, 'dist')))) await bundle(join(root, app));
  }
}

/** Whether a file was written here, and not by the compiler. */
export function isBundled(path) {
  return path.includes(`${sep}${BUNDLE}${sep}`);
}

async function bundle(app) {
  const outdir = join(app, BUNDLE);
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(app, 'dist', 'main.js')],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Nest prints the names of classes, and two parts may use the same one.
    keepNames: true,
    // What is read and kept in memory is the text; the source map tells the lines.
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: BANNER },
    external: KEPT_APART,
    plugins: [optionalPackages],
    logLevel: 'error',
  });
}

/** When the newest compiled file under a directory changed, in ms. */
async function newestIn(directory) {
  const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true });
  const compiled = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(relative(root, entry.parentPath ?? entry.path), entry.name))
    .filter((path) => !path.includes('node_modules') && !isBundled(path));
  return Math.max(0, ...(await Promise.all(compiled.map(changedAt))));
}

/** When a file below the root changed, in ms; 0 if it is not there. */
async function changedAt(path) {
  try {
    return (await stat(join(root, path))).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}
