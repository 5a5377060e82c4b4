// Joins each service and what it imports into one file: a service that loads two thousand small files spends more processor
// time on finding them than on running them.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The joined file's name, beside the compiled ones; the launcher and the Dockerfile start it. */
const BUNDLE = 'service.mjs';
/** Large and loaded by few installations, or with a native part: these stay in node_modules. */
const KEPT_APART = ['@kubernetes/client-node', '@node-rs/argon2'];
/** Commands end soon and load little. */
const COMMANDS = ['cli', 'launcher'];

// CommonJS packages expect these names, which a module does not have.
const BANNER = `import { createRequire as bundleRequire } from 'node:module';
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
    const dist = join('apps', service, 'dist');
    const bundledAt = await changedAt(join(dist, BUNDLE));
    if (bundledAt < Math.max(shared, await newestIn(dist))) await bundle(join(root, dist));
  }
}

/** Whether a file in a project's dist was written here, and not by the compiler. */
export function isBundle(path) {
  return path.endsWith(`${BUNDLE}`) || path.endsWith(`${BUNDLE}.map`);
}

function bundle(dist) {
  return build({
    absWorkingDir: root,
    entryPoints: [join(dist, 'main.js')],
    outfile: join(dist, BUNDLE),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Nest prints the names of classes, and two parts may use the same one.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: BANNER },
    external: KEPT_APART,
    plugins: [optionalPackages],
    logLevel: 'error',
  });
}

/** When the newest compiled file under a directory changed, in ms; bundles do not count. */
async function newestIn(directory) {
  const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true });
  const compiled = entries
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.js') && !/node_modules/.test(entry.parentPath ?? entry.path),
    )
    .map((entry) => changedAt(join(entry.parentPath ?? entry.path, entry.name)));
  return Math.max(0, ...(await Promise.all(compiled)));
}

async function changedAt(path) {
  try {
    return (await stat(path.startsWith(root) ? path : join(root, path))).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}
