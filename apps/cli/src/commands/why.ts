import { kindWithGroup } from '../client/discovery.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { readRecords } from '../ledger/trigger-record.js';
import { whyText } from '../ledger/why-report.js';
import { getObject } from '../resources/get-object.js';
import { parseTargets } from '../resources/resource-arguments.js';

export const command: Command = {
  usage: 'why (RESOURCE/NAME | RESOURCE NAME) [options]',
  description:
    'Show why an object has the images it has: for each container, which trigger and which change of a tag made its image, or why it did not change.',
  examples: ['why deploy/example', 'why bc/example'],
  run: why,
};

async function why({ args, session, terminal, program }: Call): Promise<void> {
  const discovery = await session.discovery();
  const targets = parseTargets(args, discovery, { program, verb: 'why', allowKindAlone: false });
  const [target, ...more] = targets;
  if (!target?.name || more.length > 0) throw new CommandError('name one object: RESOURCE/NAME');
  const { resource, name } = target;
  const client = await session.client();
  const namespace = await session.namespace();
  const read = await getObject(client, resource, namespace, name);
  const object = { ...read, kind: read.kind ?? resource.kind };
  const fields = { 'spec.target.kind': resource.kind, 'spec.target.name': name };
  const records = await readRecords(client, namespace, fields);
  // Others of this name have been here, or are in other clusters.
  const own = records.filter(({ spec }) => spec.target.uid === object.metadata?.uid);
  terminal.out(`${kindWithGroup(resource)}/${name} in project ${namespace}\n\n${whyText(object, own, new Date())}`);
}
