import { USERS } from '../../client/known-resources.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { UsageError } from '../../errors.js';
import { dryRunOf } from '../../resources/dry-run.js';
import { setPassword } from '../../login/set-password.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';

export const command: Command = {
  usage: 'adm create-user NAME [--full-name=NAME] [--password-stdin] [options]',
  description:
    'Create a user. With --password-stdin the user can log in by name; without, give a token: adm create-token.',
  examples: ['adm create-user bob', 'adm create-user bob --password-stdin < password.txt'],
  flags: [
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'full-name', kind: 'string', usage: 'Name for people.' },
    { name: 'password-stdin', kind: 'bool', usage: 'Read a password from standard input, up to the end of the line.' },
  ],
  run: createUser,
};

async function createUser(call: Call): Promise<void> {
  const { args, flags, session, terminal } = call;
  const [name, ...more] = args;
  if (name === undefined || more.length > 0) throw new UsageError('exactly one NAME is required');
  const password = flags.bool('password-stdin') ? (await terminal.readInput()).split(/\r?\n/)[0] : undefined;
  if (password === '') throw new UsageError('the password read from standard input is empty');
  const user = {
    apiVersion: 'user.openshift.io/v1',
    kind: 'User',
    metadata: { name },
    fullName: flags.string('full-name') || undefined,
  };
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  if (dryRun === 'client') return printer.print(user, USERS, 'created');
  const client = await session.client();
  const query = { dryRun: dryRun === 'server' ? 'All' : undefined };
  const created = await client.object({
    method: 'POST',
    path: resourcePath(USERS, undefined),
    query,
    body: user,
  });
  if (password !== undefined && dryRun === 'none') await setPassword(client, name, { password });
  printer.print(created, USERS, 'created');
}
