// npm test: sets itself up, builds, and runs the tests from the quick to the slow.
//   node tools/test.mjs [unit|integration|e2e|faults] [part of a file's path …]
// The last line is always `N passed, N failed, N skipped`; the exit code is 0 only when nothing failed.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { prepareProgramsForTests } from './prerequisites.mjs';
import { build, installPackages, root, run } from './workspace.mjs';

/**
 * Kinds of tests: what their files end in and how many run side by side. Those with a server need it built first. Tests of
 * the whole system mostly wait, so more of them run than there are cores.
 */
const KINDS = {
  unit: { suffix: '.spec.ts', workers: '100%', timeoutMs: 10_000, meetsServers: false },
  integration: { suffix: '.int-spec.ts', workers: '4', timeoutMs: 60_000, meetsServers: true },
  e2e: { suffix: '.e2e-spec.ts', workers: '3', timeoutMs: 180_000, meetsServers: true },
  faults: { suffix: '.faults-spec.ts', workers: '1', timeoutMs: 300_000, meetsServers: true },
};
/** Fault tests take long and are run on their own. */
const DEFAULT_KINDS = ['unit', 'integration', 'e2e'];

const totals = { passed: 0, failed: 0, skipped: 0 };
process.on('exit', () => {
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
});

const [first, ...rest] = process.argv.slice(2);
const kinds = first in KINDS ? [first] : DEFAULT_KINDS;
const parts = first in KINDS ? rest : process.argv.slice(2);
try {
  await installPackages();
  const env = { ...process.env, NODE_ENV: 'test' };
  if (kinds.some((kind) => KINDS[kind].meetsServers)) {
    env.PATH = await prepareProgramsForTests();
    await build();
  }
  const files = await testFiles();
  for (const kind of kinds) await runKind(kind, files, env);
} catch (error) {
  totals.failed++;
  console.error(error.message);
}
process.exitCode = totals.failed > 0 ? 1 : 0;

async function runKind(kind, files, env) {
  const { suffix, workers, timeoutMs } = KINDS[kind];
  const chosen = files.filter(
    (file) => file.endsWith(suffix) && (parts.length === 0 || parts.some((part) => file.includes(part))),
  );
  if (chosen.length === 0) return;
  console.log(`\n${kind}: ${chosen.length} files`);
  const directory = await mkdtemp(join(tmpdir(), 'faktorz-jest-'));
  const report = join(directory, 'report.json');
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--config',
    'jest.config.mjs',
  ];
  const code = await run(
    process.execPath,
    [
      ...args,
      '--maxWorkers',
      workers,
      '--testTimeout',
      String(timeoutMs),
      '--json',
      '--outputFile',
      report,
      '--runTestsByPath',
      ...chosen,
    ],
    {
      env,
      // With --json Jest writes the same report to standard output, which nobody wants to read.
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await count(report, code);
  await rm(directory, { recursive: true, force: true });
}

/** Adds a run's results; a run that crashed, and a file that could not be loaded, count as failures too. */
async function count(report, code) {
  let results;
  try {
    results = JSON.parse(await readFile(report, 'utf8'));
  } catch {
    totals.failed++;
    console.error(`Jest ended without a report (exit code ${code})`);
    return;
  }
  totals.passed += results.numPassedTests;
  totals.skipped += results.numPendingTests + results.numTodoTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  totals.failed += failed === 0 && code !== 0 ? 1 : failed;
}

/** Every test file of the workspace, as path below its root. */
async function testFiles() {
  const found = [];
  for (const directory of ['libs', 'apps', 'e2e']) await collect(join(root, directory), found);
  return found.map((file) => relative(root, file)).sort();
}

async function collect(directory, found) {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') await collect(path, found);
    } else if (entry.name.endsWith('spec.ts')) {
      found.push(path);
    }
  }
}
