import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DockerRegistry, imageList, randomImage } from '@faktorz/testing';
import { runProgram } from '../src/program.js';

const amd64 = randomImage({ architecture: 'amd64', form: 'docker' });
const arm64 = randomImage({ architecture: 'arm64', form: 'docker' });
const both = imageList([amd64, arm64], 'docker');

let near: DockerRegistry;
let far: DockerRegistry;

beforeAll(async () => {
  [near, far] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  await near.push('shop/cart:2', both);
  await near.push('shop/cart:one', amd64);
});

afterAll(() => Promise.all([near, far].map((registry) => registry.stop())));

async function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  const texts = { out: '', error: '' };
  const terminal = {
    out: (text: string) => void (texts.out += text),
    error: (text: string) => void (texts.error += text),
    readInput: () => Promise.resolve(''),
    interactive: false,
  };
  return { code: await runProgram(argv, { dialect: 'oc', terminal, env: {} }), ...texts };
}

async function manifestAt(
  registry: DockerRegistry,
  reference: string,
): Promise<{ status: number; digest: string | null }> {
  const [repository = '', tag = ''] = reference.split(':');
  const accept = `${both.mediaType}, ${amd64.mediaType}`;
  const answer = await fetch(`http://${registry.host}/v2/${repository}/manifests/${tag}`, { headers: { accept } });
  return { status: answer.status, digest: answer.headers.get('docker-content-digest') };
}

describe('image info', () => {
  it('shows an image straight from its registry', async () => {
    const { code, out } = await run('image', 'info', '--insecure', `${near.host}/shop/cart:one`);
    expect(code).toBe(0);
    expect(out).toContain(`Digest:`);
    expect(out).toMatch(new RegExp(`Digest: +${amd64.digest}\n`));
    expect(out).toMatch(/Arch: +amd64\n/);
    for (const layer of amd64.blobs.slice(1)) expect(out).toContain(`${layer.bytes.length}B ${layer.digest}`);
  });

  it('wants to know which image of a list, and takes the one of a platform', async () => {
    const undecided = await run('image', 'info', '--insecure', `${near.host}/shop/cart:2`);
    expect(undecided.code).toBe(1);
    expect(undecided.error).toContain(`linux/arm64 ${arm64.digest}`);
    const chosen = await run('image', 'info', '--insecure', '--filter-by-os=linux/arm64', `${near.host}/shop/cart:2`);
    expect(chosen.out).toMatch(new RegExp(`Manifest List: +${both.digest}\n`));
    expect(chosen.out).toMatch(/Arch: +arm64\n/);
  });

  it('says what is not there, and where', async () => {
    const { code, error } = await run('image', 'info', '--insecure', `${near.host}/shop/none:1`);
    expect(code).toBe(1);
    expect(error).toContain(`${near.host}/shop/none`);
  });
});

describe('image mirror', () => {
  it('copies an image to another registry, and within one', async () => {
    const there = `${far.host}/copies/cart:one`;
    const { code, out } = await run('image', 'mirror', '--insecure', `${near.host}/shop/cart:one`, there);
    expect({ code, out }).toEqual({ code: 0, out: `${amd64.digest} ${there}\n` });
    expect(await manifestAt(far, 'copies/cart:one')).toEqual({ status: 200, digest: amd64.digest });
    await run('image', 'mirror', '--insecure', `${near.host}/shop/cart:one=${near.host}/other/cart:again`);
    expect(await manifestAt(near, 'other/cart:again')).toEqual({ status: 200, digest: amd64.digest });
  });

  it('copies a list whole when asked to, and otherwise the image of this machine', async () => {
    const list = `${far.host}/copies/list:2`;
    await run('image', 'mirror', '--insecure', '--keep-manifest-list', `${near.host}/shop/cart:2`, list);
    expect(await manifestAt(far, 'copies/list:2')).toEqual({ status: 200, digest: both.digest });
    await run('image', 'mirror', '--insecure', `${near.host}/shop/cart:2`, `${far.host}/copies/own:2`);
    const own = process.arch === 'arm64' ? arm64 : amd64;
    expect(await manifestAt(far, 'copies/own:2')).toEqual({ status: 200, digest: own.digest });
  });

  it('writes nothing in a dry run', async () => {
    const { code } = await run(
      ...['image', 'mirror', '--insecure', '--dry-run', `${near.host}/shop/cart:one`, `${far.host}/dry/cart:1`],
    );
    expect(code).toBe(0);
    expect((await manifestAt(far, 'dry/cart:1')).status).toBe(404);
  });

  it.each([
    [[], 'at least one source image'],
    [['a/b:1'], 'SRC=DST'],
    [['a/b:1=c/d:1', 'x/y:2=c/d:1'], 'only be specified once'],
    [['file://x/y:1', 'c/d:1'], 'not supported'],
    [['a/B:1', 'c/d:1'], 'must be lowercase'],
  ])('refuses %j with a word on what is wrong', async (args, words) => {
    const { code, error } = await run('image', 'mirror', ...args);
    expect(code).toBe(1);
    expect(error).toContain(words);
  });
});
