import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { FILE_FLAGS, SELECTOR_FLAGS } from '../../resources/selection-flags.js';
import { findNamed } from '../../resources/find-named.js';
import { followObject } from '../../resources/follow-object.js';
import { rolloutStatuses } from '../../workloads/rollout-status.js';

export const command: Command = {
  usage: 'rollout status (TYPE NAME | TYPE/NAME) [options]',
  description:
    'Show how far the latest rollout has come, and wait for its end. What rolls out is the cluster that runs the pods.',
  examples: ['rollout status dc/shop --timeout=2m', 'rollout status deploy/web --watch=false'],
  flags: [
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    { name: 'watch', short: 'w', kind: 'bool', default: true, usage: 'Wait for the end of the rollout.' },
    { name: 'revision', kind: 'int', default: 0, usage: 'Fail unless this revision is rolled out; 0: the latest.' },
    { name: 'timeout', kind: 'duration', default: '0s', usage: 'How long to wait; 0 waits as long as it takes.' },
  ],
  run: rolloutStatus,
};

async function rolloutStatus(call: Call): Promise<void> {
  const { flags, args, session, terminal } = call;
  if (args.length === 0 && flags.all('filename').length === 0 && !flags.changed('selector')) {
    throw new CommandError('required resource not specified');
  }
  const revision = flags.int('revision');
  if (revision < 0) throw new CommandError(`revision must be a positive integer: ${revision}`);
  const client = await session.client();
  const deadline = flags.durationMs('timeout') > 0 ? Date.now() + flags.durationMs('timeout') : Infinity;
  const watched = flags.bool('watch') ? deadline : 0;
  for (const { resource, name, namespace } of await findNamed(call, 'rollout status')) {
    const readStatus = rolloutStatuses.get(resource.group ? `${resource.plural}.${resource.group}` : resource.plural);
    if (!readStatus) throw new CommandError(`no status viewer has been implemented for ${resource.kind}`);
    let [said, isDone] = ['', false];
    for await (const object of followObject(client, { resource, name, namespace }, { deadline: watched })) {
      const { text, done } = readStatus(object, revision);
      if (text !== said) terminal.out(`${text}\n`);
      [said, isDone] = [text, done];
      if (done) break;
    }
    if (flags.bool('watch') && !isDone) throw new CommandError('timed out waiting for the condition');
  }
}
