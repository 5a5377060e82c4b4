import { SERVICE_ACCOUNTS } from '../../client/known-resources.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { requireName } from './create-object.js';

export const command: Command = {
  usage: 'create token SERVICE_ACCOUNT [--duration=DURATION] [--audience=NAME] [options]',
  description: 'Ask for a token of a service account and print it, alone.',
  examples: ['create token builder', 'create token builder --duration=24h -n team'],
  flags: [
    {
      name: 'duration',
      kind: 'duration',
      usage: 'How long the token is good; at least 10 minutes, by default an hour.',
    },
    { name: 'audience', kind: 'list', usage: 'Whom the token is meant for; by default the API.' },
    { name: 'bound-object-kind', kind: 'string', usage: 'Kind of an object the token ends with: Secret.' },
    { name: 'bound-object-name', kind: 'string', usage: 'Name of that object.' },
    { name: 'bound-object-uid', kind: 'string', usage: 'Uid of that object.' },
  ],
  run: async (call) => {
    const { flags, session, terminal } = call;
    const name = requireName(call);
    const client = await session.client();
    const kind = flags.string('bound-object-kind');
    const seconds = Math.round(flags.durationMs('duration') / 1000);
    const answer = await client.object({
      method: 'POST',
      path: resourcePath(SERVICE_ACCOUNTS, client.config.namespace, name, 'token'),
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: flags.all('audience'),
          ...(seconds > 0 && { expirationSeconds: seconds }),
          ...(kind && {
            boundObjectRef: {
              kind,
              apiVersion: 'v1',
              name: flags.string('bound-object-name'),
              uid: flags.string('bound-object-uid') || undefined,
            },
          }),
        },
      },
    });
    const token = (answer.status as { token?: string } | undefined)?.token;
    if (!token) throw new CommandError('the server made the token, but did not show it');
    terminal.out(`${token}\n`);
  },
};
