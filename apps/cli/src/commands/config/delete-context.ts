import type { Command } from '../../command.js';
import { deleteEntry } from './delete-entry.js';

export const command: Command = {
  usage: 'config delete-context NAME [options]',
  description: 'Delete a context from the kubeconfig.',
  run: (call) => deleteEntry(call, 'contexts', 'context'),
};
