import type { Command } from '../../command.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { namesGiven } from './name-argument.js';
import { Property } from './property.js';

export const command: Command = {
  usage: 'config unset PROPERTY_NAME [options]',
  description: 'Unset one value of the kubeconfig, or remove a whole entry.',
  examples: ['config unset current-context', 'config unset users.bob', 'config unset contexts.work.namespace'],
  run: async (call) => {
    const [path = ''] = namesGiven(call, 1);
    const loaded = await call.session.kubeconfig();
    new Property(path).unset(loaded.config);
    await saveKubeconfig(loaded);
    call.terminal.out(`Property "${path}" unset.\n`);
  },
};
