import type { Command } from '../../command.js';
import { deleteEntry } from './delete-entry.js';

export const command: Command = {
  usage: 'config delete-cluster NAME [options]',
  description: 'Delete a cluster from the kubeconfig.',
  run: (call) => deleteEntry(call, 'clusters', 'cluster'),
};
