import type { Command } from '../../command.js';
import { deleteEntry } from './delete-entry.js';

export const command: Command = {
  usage: 'config delete-user NAME [options]',
  description: 'Delete a user from the kubeconfig.',
  run: (call) => deleteEntry(call, 'users', 'user'),
};
