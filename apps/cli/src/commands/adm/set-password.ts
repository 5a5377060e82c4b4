import type { Call, Command } from '../../command.js';
import { UsageError } from '../../errors.js';
import { readPassword } from '../../login/read-password.js';
import { setPassword } from '../../login/set-password.js';

export const command: Command = {
  usage: 'adm set-password USER [options]',
  description: 'Give a user a password, in place of the one he may have. It is asked for, or read from standard input.',
  examples: ['adm set-password bob', 'adm set-password bob --password-stdin < password.txt'],
  flags: [{ name: 'password-stdin', kind: 'bool', usage: 'Read the password from standard input.' }],
  run: changePassword,
};

async function changePassword({ args, session, terminal }: Call): Promise<void> {
  const [user, ...more] = args;
  if (user === undefined || more.length > 0) throw new UsageError('exactly one USER is required');
  const password = await readPassword(`New password of ${user}: `);
  if (password === '') throw new UsageError('the password is empty');
  await setPassword(await session.client(), user, { password });
  terminal.out(`password of ${user} changed\n`);
}
