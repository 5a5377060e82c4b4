import type { Command, CommandEntry } from '../command.js';

const entry = (name: string, summary: string, load: CommandEntry['load'], aliases?: string[]): CommandEntry => ({
  name,
  summary,
  load,
  aliases,
});

export const command: Command = {
  usage: 'config SUBCOMMAND [options]',
  description:
    'Show and change kubeconfig files: those of --kubeconfig, of KUBECONFIG or ~/.kube/config. An entry is changed in the file that has it; a new one goes to the first.',
  subcommands: [
    entry(
      'current-context',
      'Display the current context',
      async () => (await import('./config/current-context.js')).command,
    ),
    entry('delete-cluster', 'Delete a cluster', async () => (await import('./config/delete-cluster.js')).command),
    entry('delete-context', 'Delete a context', async () => (await import('./config/delete-context.js')).command),
    entry('delete-user', 'Delete a user', async () => (await import('./config/delete-user.js')).command),
    entry('get-clusters', 'List the clusters', async () => (await import('./config/get-clusters.js')).command),
    entry('get-contexts', 'List the contexts', async () => (await import('./config/get-contexts.js')).command),
    entry('get-users', 'List the users', async () => (await import('./config/get-users.js')).command),
    entry('rename-context', 'Rename a context', async () => (await import('./config/rename-context.js')).command, [
      'rename',
    ]),
    entry('set', 'Set one value', async () => (await import('./config/set.js')).command),
    entry('set-cluster', 'Set a cluster', async () => (await import('./config/set-cluster.js')).command),
    entry('set-context', 'Set a context', async () => (await import('./config/set-context.js')).command),
    entry('set-credentials', 'Set a user', async () => (await import('./config/set-credentials.js')).command),
    entry('unset', 'Unset one value', async () => (await import('./config/unset.js')).command),
    entry('use-context', 'Switch to a context', async () => (await import('./config/use-context.js')).command, ['use']),
    entry('view', 'Display the kubeconfig', async () => (await import('./config/view.js')).command),
  ],
};
