import type { Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { namesGiven } from './name-argument.js';

export const command: Command = {
  usage: 'config use-context CONTEXT_NAME [options]',
  description: 'Switch to a context of the kubeconfig.',
  run: async (call) => {
    const [name = ''] = namesGiven(call, 1);
    const loaded = await call.session.kubeconfig();
    if (!loaded.config.contexts.some((entry) => entry.name === name)) {
      throw new CommandError(`no context exists with the name: "${name}"`);
    }
    loaded.config['current-context'] = name;
    await saveKubeconfig(loaded);
    call.terminal.out(`Switched to context "${name}".\n`);
  },
};
