import type { CommandEntry, Command } from '../command.js';
import type { RoleChange } from '../policy/change-role.js';

function entry(name: string, change: RoleChange, summary: string): CommandEntry {
  return {
    name,
    summary,
    load: async () => (await import('../policy/change-role.js')).roleCommand(name, change, summary),
  };
}

export const command: Command = {
  usage: 'policy COMMAND [options]',
  description: 'Manage who has which role, in a project or everywhere.',
  subcommands: [
    {
      name: 'who-can',
      summary: 'List who can perform the specified action on a resource',
      load: async () => (await import('./policy/who-can.js')).command,
    },
    entry('add-role-to-user', { add: true, cluster: false, subject: 'User' }, 'Give a role to users in a project'),
    entry('add-role-to-group', { add: true, cluster: false, subject: 'Group' }, 'Give a role to groups in a project'),
    entry(
      'remove-role-from-user',
      { add: false, cluster: false, subject: 'User' },
      'Take a role from users in a project',
    ),
    entry(
      'remove-role-from-group',
      { add: false, cluster: false, subject: 'Group' },
      'Take a role from groups in a project',
    ),
    entry('add-cluster-role-to-user', { add: true, cluster: true, subject: 'User' }, 'Give a role to users everywhere'),
    entry(
      'add-cluster-role-to-group',
      { add: true, cluster: true, subject: 'Group' },
      'Give a role to groups everywhere',
    ),
    entry(
      'remove-cluster-role-from-user',
      { add: false, cluster: true, subject: 'User' },
      'Take a role from users everywhere',
    ),
    entry(
      'remove-cluster-role-from-group',
      { add: false, cluster: true, subject: 'Group' },
      'Take a role from groups everywhere',
    ),
  ],
};
