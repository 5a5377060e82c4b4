import type { Call, Command } from '../../command.js';
import { CommandError, UsageError } from '../../errors.js';

export const command: Command = {
  usage: 'adm create-token USER [--duration=DURATION] [options]',
  description: 'Create a bearer token of a user and print it, alone. It is shown this once.',
  examples: ['adm create-token bob', 'adm create-token bob --duration=24h'],
  flags: [
    { name: 'duration', kind: 'duration', usage: 'How long the token is good; without, until it is deleted.' },
    { name: 'description', kind: 'string', usage: 'What the token is for.' },
  ],
  run: createToken,
};

async function createToken({ args, flags, session, terminal }: Call): Promise<void> {
  const [user, ...more] = args;
  if (user === undefined || more.length > 0) throw new UsageError('exactly one USER is required');
  const seconds = Math.round(flags.durationMs('duration') / 1000);
  const client = await session.client();
  const answer = await client.object({
    method: 'POST',
    path: '/apis/auth.faktorz.io/v1/usertokens',
    body: {
      apiVersion: 'auth.faktorz.io/v1',
      kind: 'UserToken',
      metadata: { generateName: `${user}-` },
      spec: {
        user,
        expiresInSeconds: seconds > 0 ? seconds : undefined,
        description: flags.string('description') || undefined,
      },
    },
  });
  const token = (answer.status as { token?: string } | undefined)?.token;
  if (!token) throw new CommandError('the server made the token, but did not show it');
  terminal.out(`${token}\n`);
}
