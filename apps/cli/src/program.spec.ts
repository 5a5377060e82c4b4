import { describe, expect, it } from '@jest/globals';
import { runProgram } from './program.js';

/** Runs one call without a kubeconfig and keeps what it printed. */
async function run(line: string): Promise<{ code: number; out: string; error: string }> {
  const printed = { out: '', error: '' };
  const terminal = {
    out: (text: string) => void (printed.out += text),
    error: (text: string) => void (printed.error += text),
    readInput: async () => '',
    interactive: false,
  };
  const env = { HOME: '/nonexistent', FAKTORZ_DATA_DIR: '/nonexistent' };
  const code = await runProgram(line.split(' ').filter(Boolean), { dialect: 'oc', terminal, env });
  return { code, ...printed };
}

describe('the program', () => {
  it('shows its verbs when called without one', async () => {
    const { code, out } = await run('');
    expect(code).toBe(0);
    expect(out).toContain('import-image');
    expect(out).toContain('Usage:\n  faktorz [flags] [options]');
  });

  it.each(['get --help', 'get -h', 'help get', '-n gold get --help'])('helps with a verb: %s', async (line) => {
    const { code, out } = await run(line);
    expect(code).toBe(0);
    expect(out).toContain('Usage:\n  faktorz get (TYPE');
    expect(out).toContain('-o, --output=');
  });

  it('lists sub-commands', async () => {
    expect((await run('set')).out).toContain('image-lookup');
    expect((await run('create secret --help')).out).toContain('docker-registry');
  });

  it.each([
    ['gte is', 'error: unknown command "gte" for "faktorz"\n\nDid you mean this?\n\tget\n\n'],
    ['frobnicate', 'error: unknown command "frobnicate" for "faktorz"\n'],
    [
      'set image-lokup',
      'error: unknown command "image-lokup" for "faktorz set"\n\nDid you mean this?\n\timage-lookup\n\n',
    ],
    ['get is --exprt', "error: unknown flag: --exprt\nSee 'faktorz get --help' for usage.\n"],
    ['get -o', "error: flag needs an argument: 'o' in -o\nSee 'faktorz get --help' for usage.\n"],
    ['--bogus', "error: unknown flag: --bogus\nSee 'faktorz --help' for usage.\n"],
  ])('refuses %s', async (line, message) => {
    expect(await run(line)).toEqual({ code: 1, out: '', error: message });
  });

  it('says what to do where there is no server', async () => {
    const { code, error } = await run('get is');
    expect(code).toBe(1);
    expect(error).toMatch(/^error: no server to talk to/);
  });

  it.each([
    ['tag', 'you must specify a source and at least one destination or one or more tags to delete'],
    ['import-image a:1 --all --server=https://127.0.0.1:1', 'cannot specify a tag "a:1" as well as --all'],
    ['create secret generic', 'exactly one NAME is required, got 0'],
    ['whoami -t --server=https://127.0.0.1:1', 'no token is currently in use for this session'],
    ['apply -f x --force-conflicts', '--force-conflicts only works with --server-side'],
    ['completion tcsh', 'Unsupported shell type "tcsh".'],
  ])('tells what is wrong with: %s', async (line, message) => {
    const { code, error } = await run(line);
    expect(code).toBe(1);
    expect(error).toContain(message);
  });

  it.each(['bash', 'zsh', 'fish'])('prints completion for %s', async (shell) => {
    const { code, out, error } = await run(`completion ${shell}`);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('import-image');
    expect(out).toContain('image-lookup');
  });
});
