import { chmod, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { type Ran, run } from './support/program.js';

const DOCS = fileURLToPath(new URL('../docs/triggers.md', import.meta.url));
const FAKTORZ = fileURLToPath(new URL('../apps/cli/bin/faktorz.mjs', import.meta.url));
/** These may be asked again until they print what they should. */
const READS = /^(kubectl get|faktorz set triggers \S+$)/;

interface Example {
  command: string;
  printed: string;
}

let bench: Acceptance;
let programs: string;

beforeAll(async () => {
  bench = await Acceptance.start();
  programs = join(bench.directory, 'bin');
  await mkdir(programs);
  const wrapper = await bench.file('bin/faktorz', `#!/bin/sh\nexec '${process.execPath}' '${FAKTORZ}' "$@"\n`);
  await chmod(wrapper, 0o755);
}, 120_000);
afterAll(() => bench[Symbol.asyncDispose](), 60_000);

/** Runs a line as it would be typed. */
function type(command: string): Promise<Ran> {
  const env = { KUBECONFIG: bench.system.kubeconfig, PATH: `${programs}${delimiter}${process.env['PATH']}` };
  return run('bash', ['-c', command], { cwd: bench.directory, env });
}

async function check({ command, printed }: Example): Promise<void> {
  const look = async () => {
    const { stdout, stderr } = await type(command);
    return `${stdout}${stderr}`;
  };
  let said = '';
  if (!READS.test(command)) said = await look();
  else await eventually(command, async () => (said = await look()) === printed).catch(() => undefined);
  expect(`$ ${command}\n${said}`).toBe(`$ ${command}\n${printed}`);
}

/** The commands of the `console` blocks of a section of a page, each with what it prints. */
function examplesOf(section: string): Example[] {
  const blocks = [...section.matchAll(/```console\n([^]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const input = /^[^\n]*<<'EOF'\n[^]*?\nEOF\n/.exec(text)?.[0] ?? text.slice(0, text.indexOf('\n') + 1);
        return { command: input.trimEnd(), printed: text.slice(input.length) };
      }),
  );
}

const page = await readFile(DOCS, 'utf8');
const sections = page
  .slice(page.indexOf('## An example of each kind'))
  .split(/^(?=###? )/m)
  .map((section) => [section.slice(0, section.indexOf('\n')).replace(/^#+ /, ''), examplesOf(section)] as const)
  .filter(([, examples]) => examples.length > 0);

describe('docs/triggers.md', () => {
  it.each(sections)(
    '%s runs as printed',
    async (_title, examples) => {
      for (const example of examples) await check(example);
    },
    120_000,
  );
});

describe('the trigger and lookup commands of the manuals', () => {
  /** `docker.io` and the like are not there: a mere reference will do. */
  const setUp = async (lines: readonly string[]) => {
    for (const line of lines) expect(await type(line)).toMatchObject({ code: 0 });
  };
  const image = (deployment: string) =>
    type(`kubectl get deploy ${deployment} -o jsonpath='{.spec.template.spec.containers[0].image}'`).then(
      ({ stdout }) => stdout,
    );

  beforeAll(async () => {
    await setUp([
      'faktorz new-project manual',
      'faktorz tag --source=docker --reference quay.io/example/example:1 example:latest',
      'faktorz tag --source=docker --reference quay.io/example/mysql:8 mysql:latest',
      'kubectl create deployment example --image=quay.io/example/web:0 -- sleep 1',
      'kubectl create deployment mysql --image=quay.io/example/mysql:7',
    ]);
    // kubectl names the container after the image
    await setUp(['kubectl create deployment noted --image=quay.io/example/web:0']);
  }, 60_000);

  it('set a trigger of a deployment, which gets the image of the tag', async () => {
    expect(await type('faktorz set triggers deploy/example --from-image=example:latest -c web')).toMatchObject({
      code: 0,
      stdout: 'deployment.apps/example triggers updated\n',
    });
    await eventually('the image is there', async () => (await image('example')) === 'quay.io/example/example:1');
  }, 120_000);

  it('heed the annotation as it is printed: single quotes and one equals sign', async () => {
    const triggers = `[{"from":{"kind":"ImageStreamTag","name":"example:latest"},"fieldPath":"spec.template.spec.containers[?(@.name='web')].image"}]`;
    const quoted = `"image.openshift.io/triggers=${triggers.replaceAll('"', '\\"')}"`;
    expect(await type(`kubectl annotate deploy/noted ${quoted}`)).toMatchObject({ code: 0 });
    await eventually('the image is there', async () => (await image('noted')) === 'quay.io/example/example:1');
    expect((await type('faktorz set triggers deploy/noted')).stdout).toContain('example:latest (web)');
  }, 120_000);

  it('list, enable and disable lookup', async () => {
    const listed = async () => (await type('faktorz set image-lookup')).stdout;
    expect(await listed()).toMatch(/^mysql +false$/m);
    expect((await type('faktorz set image-lookup mysql')).stdout).toContain('mysql image lookup updated\n');
    expect(await listed()).toMatch(/^mysql +true$/m);
    expect((await type('faktorz set image-lookup deploy/mysql')).stdout).toBe(
      'deployment.apps/mysql image lookup updated\n',
    );
    expect((await type('faktorz set image-lookup deploy/mysql --enabled=false')).stdout).toBe(
      'deployment.apps/mysql image lookup updated\n',
    );
    expect((await type('faktorz set image-lookup mysql --enabled=false')).code).toBe(0);
    expect(await listed()).toMatch(/^mysql +false$/m);
    for (const line of ['faktorz set image-lookup --all', 'faktorz set image-lookup imagestream/example --list']) {
      expect(await type(line)).toMatchObject({ code: 0 });
    }
    expect(await listed()).toMatch(/^example +true$/m);
  }, 120_000);
});
