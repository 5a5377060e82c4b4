import type { ApiResource, Discovery } from '../client/discovery.js';
import { UnknownResource } from '../client/discovery.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { explainText } from '../openapi/explain-text.js';
import { SchemaDocument } from '../openapi/schema-document.js';

export const command: Command = {
  usage: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [options]',
  description: 'Explain a kind and its fields, as the server documents them.',
  examples: ['explain imagestream', 'explain imagestream.spec.tags', 'explain imagestream --recursive'],
  flags: [
    { name: 'recursive', kind: 'bool', usage: 'Names and types of all fields, without their descriptions.' },
    { name: 'api-version', kind: 'string', usage: 'Use this group/version of the kind.' },
    { name: 'output', short: 'o', kind: 'string', default: 'plaintext', usage: 'plaintext.' },
  ],
  run: explain,
};

async function explain({ args, flags, session, terminal }: Call): Promise<void> {
  const [path, ...more] = args;
  if (path === undefined)
    throw new CommandError(
      'You must specify the type of resource to explain. Use "faktorz api-resources" for a complete list of supported resources.',
    );
  if (more.length > 0) throw new CommandError('We accept only this format: explain RESOURCE');
  if (!flags.string('output').startsWith('plaintext'))
    throw new CommandError(`unrecognized format: ${flags.string('output')}`);
  const discovery = await session.discovery();
  const { resource, fields } = findStart(path, discovery, flags.string('api-version'));
  const document = await SchemaDocument.read(await session.client(), resource.group, resource.version);
  terminal.out(explainText(document, resource, fields, flags.bool('recursive')));
}

/** The longest beginning that names a kind is the kind, the rest are fields. */
function findStart(
  path: string,
  discovery: Discovery,
  apiVersion: string,
): { resource: ApiResource; fields: string[] } {
  const parts = path.split('.').filter((part) => part !== '');
  for (let length = parts.length; length > 0; length--) {
    const found = discovery.find(parts.slice(0, length).join('.'));
    if (!found) continue;
    const [version, group = ''] = apiVersion.split('/').reverse();
    const resource =
      apiVersion === ''
        ? found
        : discovery.resources.find((one) => one.kind === found.kind && one.group === group && one.version === version);
    if (!resource) throw new CommandError(`couldn't find resource for "${apiVersion}, Kind=${found.kind}"`);
    return { resource, fields: parts.slice(length) };
  }
  throw new UnknownResource(parts[0] ?? path);
}
