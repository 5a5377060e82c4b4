import type { Command } from '../../command.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { namesGiven } from './name-argument.js';
import { Property } from './property.js';

export const command: Command = {
  usage: 'config set PROPERTY_NAME PROPERTY_VALUE [options]',
  description: 'Set one value of the kubeconfig. Fields whose names end in -data take base64, as the file has them.',
  examples: ['config set current-context work', 'config set clusters.work.server https://127.0.0.1:8443'],
  run: async (call) => {
    const [path = '', value = ''] = namesGiven(call, 2);
    const loaded = await call.session.kubeconfig({ mayBeMissing: true });
    new Property(path).set(loaded.config, value);
    await saveKubeconfig(loaded);
    call.terminal.out(`Property "${path}" set.\n`);
  },
};
