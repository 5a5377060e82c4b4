import type { Call } from '../../command.js';
import { CommandError } from '../../errors.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { namesGiven } from './name-argument.js';

/** Deletes one entry and says where it was. */
export async function deleteEntry(call: Call, list: 'clusters' | 'contexts' | 'users', kind: string): Promise<void> {
  const [name] = namesGiven(call, 1);
  const loaded = await call.session.kubeconfig();
  const entries = loaded.config[list] as { name: string }[];
  const at = entries.findIndex((entry) => entry.name === name);
  if (at < 0) throw new CommandError(`cannot delete ${kind} ${name}, not in ${loaded.files.join(':')}`);
  const home = loaded.parts.findIndex((part) => part[list]?.some((entry) => entry.name === name));
  entries.splice(at, 1);
  if (kind === 'context' && loaded.config['current-context'] === name) {
    call.terminal.error(
      'warning: this removed your active context, use "config use-context" to select a different one\n',
    );
  }
  await saveKubeconfig(loaded);
  call.terminal.out(`deleted ${kind} ${name} from ${loaded.files[Math.max(0, home)]}\n`);
}
