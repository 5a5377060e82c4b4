import { NAMESPACES } from '../../client/known-resources.js';
import type { Command } from '../../command.js';
import { CREATE_FLAGS, createObject, requireName } from './create-object.js';

export const command: Command = {
  usage: 'create namespace NAME [options]',
  description: 'Create a namespace. Users ask for a project instead: new-project.',
  flags: CREATE_FLAGS,
  run: async (call) =>
    createObject(call, NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: requireName(call) } }),
};
