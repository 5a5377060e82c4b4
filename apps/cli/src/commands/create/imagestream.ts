import { IMAGE_STREAMS } from '../../client/known-resources.js';
import type { Command } from '../../command.js';
import { IMAGE_API } from '../../images/image-stream.js';
import { CREATE_FLAGS, createObject, requireName } from './create-object.js';

export const command: Command = {
  usage: 'create imagestream NAME [options]',
  description: 'Create an image stream without tags.',
  examples: ['create imagestream mysql', 'create imagestream mysql --lookup-local'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'lookup-local', kind: 'bool', usage: 'Let workloads of the project name its tags as images.' },
  ],
  run: async (call) =>
    createObject(call, IMAGE_STREAMS, {
      kind: 'ImageStream',
      apiVersion: IMAGE_API,
      metadata: { name: requireName(call) },
      spec: { lookupPolicy: { local: call.flags.bool('lookup-local') } },
      status: { dockerImageRepository: '' },
    }),
};
