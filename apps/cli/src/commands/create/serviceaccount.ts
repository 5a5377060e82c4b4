import { SERVICE_ACCOUNTS } from '../../client/known-resources.js';
import type { Command } from '../../command.js';
import { CREATE_FLAGS, createObject, requireName } from './create-object.js';

export const command: Command = {
  usage: 'create serviceaccount NAME [options]',
  description: 'Create a service account.',
  flags: CREATE_FLAGS,
  run: async (call) =>
    createObject(call, SERVICE_ACCOUNTS, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: requireName(call) },
    }),
};
