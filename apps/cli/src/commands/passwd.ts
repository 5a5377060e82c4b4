import { createInterface } from 'node:readline';
import type { Call, Command } from '../command.js';
import { UsageError } from '../errors.js';
import { readPassword } from '../login/read-password.js';
import { setPassword } from '../login/set-password.js';

export const command: Command = {
  usage: 'passwd [options]',
  description:
    'Change your own password. Asks for the one so far and the new one; from a pipe it reads them as two lines.',
  run: changeOwn,
};

async function changeOwn({ args, session, terminal }: Call): Promise<void> {
  if (args.length > 0) throw new UsageError('no arguments are expected; for other users: adm set-password USER');
  const [currentPassword, password] = await twoPasswords();
  if (!password) throw new UsageError('the new password is empty');
  await setPassword(await session.client(), '~', { password, currentPassword });
  terminal.out('password changed; your logins have ended, this one too: log in again\n');
}

async function twoPasswords(): Promise<[string, string]> {
  if (process.stdin.isTTY) return [await readPassword('Current password: '), await readPassword('New password: ')];
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line);
  return [lines[0] ?? '', lines[1] ?? ''];
}
