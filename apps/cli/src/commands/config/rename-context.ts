import type { Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { namesGiven } from './name-argument.js';

export const command: Command = {
  usage: 'config rename-context CONTEXT_NAME NEW_NAME [options]',
  description: 'Rename a context of the kubeconfig; the current one stays the current one.',
  run: async (call) => {
    const [from = '', to = ''] = namesGiven(call, 2);
    const loaded = await call.session.kubeconfig();
    const { config, files } = loaded;
    const context = config.contexts.find(({ name }) => name === from);
    if (!context) throw new CommandError(`cannot rename the context "${from}", it's not in ${files.join(':')}`);
    if (config.contexts.some(({ name }) => name === to)) {
      throw new CommandError(
        `cannot rename the context "${from}", the context "${to}" already exists in ${files.join(':')}`,
      );
    }
    config.contexts = config.contexts.map((entry) => (entry === context ? { ...entry, name: to } : entry));
    if (config['current-context'] === from) config['current-context'] = to;
    await saveKubeconfig(loaded);
    call.terminal.out(`Context "${from}" renamed to "${to}".\n`);
  },
};
