import { Acceptance } from './acceptance.js';

/** The password of both. */
export const PASSWORD = 'correct horse battery';

/** Where users see themselves. */
export const ME = '/apis/user.openshift.io/v1/users/~';

/** A running system with two users, by their tokens: bob has the project `blue`, eve has nothing. */
export interface TwoUsers {
  bench: Acceptance;
  bob: string;
  eve: string;
}

export async function startWithTwoUsers(): Promise<TwoUsers> {
  const bench = await Acceptance.start();
  for (const name of ['bob', 'eve']) {
    await succeed(bench, ['adm', 'create-user', name, '--password-stdin'], PASSWORD);
  }
  const [bob, eve] = [await tokenOf(bench, 'bob'), await tokenOf(bench, 'eve')];
  await succeed(bench, ['--token', bob, 'new-project', 'blue']);
  return { bench, bob, eve };
}

/** A new token of a user. */
export async function tokenOf(bench: Acceptance, user: string): Promise<string> {
  return (await succeed(bench, ['adm', 'create-token', user])).trim();
}

async function succeed(bench: Acceptance, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await bench.faktorz(args, { input });
  if (code !== 0) throw new Error(`faktorz ${args[0]}: exit code ${String(code)}: ${stderr}`);
  return stdout;
}
