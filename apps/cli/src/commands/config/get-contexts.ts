import type { Call, Command } from '../../command.js';
import { CommandError, throwCollected } from '../../errors.js';
import { ColumnWriter } from '../../printers/column-writer.js';

export const command: Command = {
  usage: 'config get-contexts [(-o|--output=)name] [NAME...] [options]',
  description: 'List the contexts of the kubeconfig, or those named.',
  examples: ['config get-contexts', 'config get-contexts -o name'],
  flags: [
    { name: 'output', short: 'o', kind: 'string', usage: 'name prints names alone.' },
    { name: 'no-headers', kind: 'bool', usage: 'Leave out the line of column names.' },
  ],
  run: getContexts,
};

async function getContexts({ args, flags, session, terminal }: Call): Promise<void> {
  const format = flags.string('output');
  if (format !== '' && format !== 'name') throw new CommandError("output must be one of '' or 'name'");
  const { config } = await session.kubeconfig();
  const known = new Map(config.contexts.map(({ name, context }) => [name, context]));
  const missing = args.filter((name) => !known.has(name)).map((name) => new CommandError(`context ${name} not found`));
  const names = (args.length > 0 ? args.filter((name) => known.has(name)) : [...known.keys()]).sort();
  if (format === 'name') terminal.out(names.map((name) => `${name}\n`).join(''));
  else {
    const header = flags.bool('no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
    const rows = names.map((name) => {
      const { cluster = '', user = '', namespace = '' } = known.get(name) ?? {};
      return [name === config['current-context'] ? '*' : '', name, cluster, user, namespace];
    });
    terminal.out(new ColumnWriter().format([...header, ...rows]));
  }
  throwCollected(missing);
}
