import { type ApiResource, apiVersionOf, pluralWithGroup } from '../client/discovery.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { ColumnWriter } from '../printers/column-writer.js';

export const command: Command = {
  usage: 'api-resources [options]',
  description: 'List the kinds of objects the server knows.',
  examples: ['api-resources', 'api-resources --api-group=image.openshift.io -o wide'],
  flags: [
    { name: 'api-group', kind: 'string', usage: 'Only this API group.' },
    {
      name: 'namespaced',
      kind: 'bool',
      default: true,
      usage: 'Only kinds that are, or with =false are not, in projects.',
    },
    { name: 'verbs', kind: 'list', usage: 'Only kinds with these verbs.' },
    { name: 'categories', kind: 'list', usage: 'Only kinds of these categories.' },
    { name: 'no-headers', kind: 'bool', usage: 'Leave out the line of column names.' },
    { name: 'output', short: 'o', kind: 'string', usage: 'wide or name.' },
    { name: 'sort-by', kind: 'string', usage: 'name or kind.' },
    { name: 'cached', kind: 'bool', usage: 'Use what is known already.', hidden: true },
  ],
  run: apiResources,
};

async function apiResources({ flags, session, terminal }: Call): Promise<void> {
  const format = flags.string('output');
  if (!['', 'wide', 'name'].includes(format)) throw new CommandError(`--output ${format} is not available`);
  const order = flags.string('sort-by');
  if (!['', 'name', 'kind'].includes(order)) throw new CommandError('--sort-by accepts only name or kind');
  const { resources } = await session.discovery();
  const shown = resources
    .filter(({ group }) => !flags.changed('api-group') || group === flags.string('api-group'))
    .filter(({ namespaced }) => !flags.changed('namespaced') || namespaced === flags.bool('namespaced'))
    .filter(({ verbs }) => flags.all('verbs').every((verb) => verbs.includes(verb)))
    .filter(({ categories }) => flags.all('categories').every((category) => categories.includes(category)))
    .sort((a, b) => (sortKey(a, order) < sortKey(b, order) ? -1 : 1));
  if (format === 'name') return terminal.out(shown.map((resource) => `${pluralWithGroup(resource)}\n`).join(''));
  const wide = format === 'wide';
  const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
  const rows = shown.map((resource) => rowOf(resource, wide));
  terminal.out(new ColumnWriter().format(flags.bool('no-headers') ? rows : [header, ...rows]));
}

function sortKey({ group, plural, kind }: ApiResource, order: string): string {
  if (order === 'name') return plural;
  return order === 'kind' ? kind : `${group}\0${plural}`;
}

function rowOf(resource: ApiResource, wide: boolean): string[] {
  return [
    resource.plural,
    resource.shortNames.join(','),
    apiVersionOf(resource),
    String(resource.namespaced),
    resource.kind,
    ...(wide ? [[...resource.verbs].sort().join(','), resource.categories.join(',')] : []),
  ];
}
