import { REGISTRY_ACCOUNTS } from '../client/known-resources.js';
import { JSON_TYPE, TABLE_ACCEPT } from '../client/media-types.js';
import type { KubeList } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { UsageError } from '../errors.js';
import { OUTPUT_FLAGS } from '../resources/selection-flags.js';
import { readOutputFormat } from '../printers/output-format.js';
import { ObjectPrinter } from '../printers/print-object.js';
import { TablePrinter } from '../printers/table-printer.js';
import { itemsOf } from '../resources/get-object.js';
import { asTable, isTabular } from './get.js';

export const command: Command = {
  usage: 'registries [REGISTRY] [options]',
  description:
    'Show what outside registries were asked and still allow: per account the requests spent and left, how long it is left alone, the tags that are checked with it, and what went wrong last.',
  examples: ['registries', 'registries docker.io', 'registries -o yaml'],
  flags: [...OUTPUT_FLAGS, { name: 'no-headers', kind: 'bool', usage: 'Leave out the line of column names.' }],
  run: registries,
};

async function registries({ flags, args, session, terminal }: Call): Promise<void> {
  const [registry, ...more] = args;
  if (more.length > 0) throw new UsageError('name one registry, or none for all');
  const format = readOutputFormat(flags, true);
  const headers = !flags.bool('no-headers');
  const client = await session.client();
  const query = registry === undefined ? {} : { fieldSelector: `spec.registry=${registry}` };
  const accept = isTabular(format) ? TABLE_ACCEPT : JSON_TYPE;
  const answer = await client.get<KubeList>(resourcePath(REGISTRY_ACCOUNTS, undefined), query, accept);
  if (!isTabular(format)) {
    const printer = new ObjectPrinter(format, { showManagedFields: false, headers });
    const { singular, group } = REGISTRY_ACCOUNTS;
    if (format.type !== 'name') return terminal.out(printer.print(answer, REGISTRY_ACCOUNTS));
    return terminal.out(
      itemsOf(answer)
        .map((item) => printer.print(item, { singular, group }))
        .join(''),
    );
  }
  const table = asTable(answer);
  if (!table.rows?.length) return terminal.error('No registry has been asked yet\n');
  const looks = { wide: format.type === 'wide', headers, withNamespace: false, showLabels: false, labelColumns: [] };
  terminal.out(new TablePrinter(looks).print(table));
}
