import type { Call, Command } from '../command.js';
import { readOutputFormat } from '../printers/output-format.js';
import { ObjectPrinter } from '../printers/print-object.js';
import { CHOOSING_FLAGS, findNamed } from '../resources/find-named.js';
import { exported } from '../resources/exported.js';
import { getObject } from '../resources/get-object.js';

export const command: Command = {
  usage: 'export TYPE NAME [options]',
  description:
    'Print objects as they could be created elsewhere: without what the server filled in. An older form of get -o yaml.',
  examples: ['export is ruby', 'export isimage ruby@3a335d7'],
  flags: [...CHOOSING_FLAGS, { name: 'output', short: 'o', kind: 'string', default: 'yaml', usage: 'yaml or json.' }],
  run: exportObjects,
};

async function exportObjects(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const client = await session.client();
  const printer = new ObjectPrinter(readOutputFormat(flags));
  for (const { resource, name, namespace, object } of await findNamed(call, 'export')) {
    const found = object ?? (await getObject(client, resource, namespace, name));
    terminal.out(printer.print(exported(found), resource));
  }
}
