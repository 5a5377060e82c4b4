import type { Call, Command } from '../../command.js';
import { CommandError, UsageError } from '../../errors.js';
import { putEntry } from '../../kubeconfig/kubeconfig.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';

export const command: Command = {
  usage:
    'config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  description: 'Set a context of the kubeconfig. What is not given stays as it is.',
  examples: ['config set-context --current --namespace=shop', 'config set-context work --cluster=c --user=bob/c'],
  flags: [{ name: 'current', kind: 'bool', usage: 'Change the current context.' }],
  run: setContext,
};

async function setContext({ args, flags, session, terminal }: Call): Promise<void> {
  const [given, ...more] = args;
  if (more.length > 0) throw new UsageError(`Unexpected args: [${args.join(' ')}]`);
  if (given !== undefined && flags.bool('current')) {
    throw new CommandError('you cannot specify both a context name and --current');
  }
  const loaded = await session.kubeconfig({ mayBeMissing: true });
  const { config } = loaded;
  const name = flags.bool('current') ? config['current-context'] : (given ?? '');
  if (name === '') {
    throw new CommandError(
      flags.bool('current') ? 'no current context is set' : 'you must specify a non-empty context name or --current',
    );
  }
  const known = config.contexts.find((entry) => entry.name === name);
  const context = { ...known?.context };
  for (const field of ['cluster', 'user', 'namespace'] as const) {
    if (flags.changed(field)) context[field] = flags.string(field);
  }
  putEntry(config.contexts, { name, context });
  await saveKubeconfig(loaded);
  terminal.out(`Context "${name}" ${known ? 'modified' : 'created'}.\n`);
}
