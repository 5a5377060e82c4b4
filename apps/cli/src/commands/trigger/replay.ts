import { TRIGGER_RECORDS } from '../../client/known-resources.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { UsageError } from '../../errors.js';

export const command: Command = {
  usage: 'trigger replay NAME [options]',
  description:
    'Look at the object of a trigger record again, at once: what could not be written is tried again. Only the newest change of a tag can be replayed; no object goes back to an older image.',
  examples: ['trigger replay example.42'],
  run: replay,
};

async function replay({ args, session, terminal }: Call): Promise<void> {
  const [word = '', ...more] = args;
  const name = word.slice(word.indexOf('/') + 1);
  if (name === '' || more.length > 0) throw new UsageError('name one trigger record');
  const client = await session.client();
  const answer = await client.object({
    method: 'POST',
    path: resourcePath(TRIGGER_RECORDS, await session.namespace(), name, 'replay'),
    body: { apiVersion: 'triggers.faktorz.io/v1', kind: 'TriggerReplay', metadata: { name } },
  });
  const message = typeof answer.message === 'string' ? `: ${answer.message}` : '';
  terminal.out(`triggerrecord.triggers.faktorz.io/${name} replayed${message}\n`);
}
