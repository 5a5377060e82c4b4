import { CONFIG_MAPS } from '../../client/known-resources.js';
import type { Command } from '../../command.js';
import { CREATE_FLAGS, createObject, requireName } from './create-object.js';
import { DATA_FLAGS, readData } from './read-data.js';

export const command: Command = {
  usage: 'create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [options]',
  description: 'Create a config map from files and values. What is not UTF-8 goes into binaryData.',
  examples: ['create configmap settings --from-literal=level=info', 'create configmap settings --from-file=app.conf'],
  flags: [...CREATE_FLAGS, ...DATA_FLAGS],
  run: async (call) => {
    const entries = [...(await readData(call.flags))];
    const texts = entries.filter(([, value]) => isUtf8(value)).map(([key, value]) => [key, value.toString('utf8')]);
    const others = entries.filter(([, value]) => !isUtf8(value)).map(([key, value]) => [key, value.toString('base64')]);
    return createObject(call, CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: requireName(call) },
      ...(texts.length > 0 ? { data: Object.fromEntries(texts) } : {}),
      ...(others.length > 0 ? { binaryData: Object.fromEntries(others) } : {}),
    });
  },
};

function isUtf8(value: Buffer): boolean {
  return Buffer.from(value.toString('utf8')).equals(value);
}
