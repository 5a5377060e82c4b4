import type { Call, Command } from '../command.js';
import { isNotFound } from '../client/api-error.js';
import type { ApiResource } from '../client/discovery.js';
import { isTable, type KubeObject, type Table } from '../client/kube-object.js';
import { JSON_TYPE, TABLE_ACCEPT } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import { CommandError, throwCollected } from '../errors.js';
import { type OutputFormat, readOutputFormat } from '../printers/output-format.js';
import { ObjectPrinter } from '../printers/print-object.js';
import { type TableOptions, TablePrinter, tableOfObjects } from '../printers/table-printer.js';
import { exported } from '../resources/exported.js';
import { getObject, itemsOf } from '../resources/get-object.js';
import { describeListFailure } from '../resources/list-failure.js';
import { placeManifests } from '../resources/place-manifest.js';
import { readManifests } from '../resources/read-manifests.js';
import { parseTargets, type Target } from '../resources/resource-arguments.js';
import {
  ALL_NAMESPACES_FLAG,
  FILE_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAGS,
  selectorQuery,
} from '../resources/selection-flags.js';
import { sortObjects, sortRows } from '../resources/sort-by.js';
import { watchTarget } from '../resources/watch-target.js';

export const command: Command = {
  usage: 'get (TYPE[.GROUP] [NAME | -l label] | TYPE/NAME ...) [flags] [options]',
  description: 'Display one or many objects: a table, or every field with -o yaml and -o json.',
  examples: [
    'get is                              # the image streams of the current project',
    'get istag ruby:2.0 -o yaml          # everything about one tag',
    'get is -w                           # keep printing while streams change',
    "get is -o jsonpath='{.items[*].metadata.name}'",
    'get is,secrets -l app=demo -A',
  ],
  flags: [
    ...OUTPUT_FLAGS,
    { name: 'watch', short: 'w', kind: 'bool', usage: 'After listing, keep printing changes.' },
    { name: 'watch-only', kind: 'bool', usage: 'Print changes only, not what is there now.' },
    { name: 'output-watch-events', kind: 'bool', usage: 'Print the kind of change with each object.' },
    { name: 'no-headers', kind: 'bool', usage: 'Leave out the line of column names.' },
    { name: 'show-labels', kind: 'bool', usage: 'Add a column with all labels.' },
    { name: 'label-columns', short: 'L', kind: 'list', usage: 'Labels to show as columns of their own.' },
    { name: 'show-kind', kind: 'bool', usage: 'Put the kind in front of each name.' },
    { name: 'sort-by', kind: 'string', usage: 'Field to sort by, e.g. .metadata.creationTimestamp.' },
    { name: 'ignore-not-found', kind: 'bool', usage: 'A missing object is no failure.' },
    { name: 'raw', kind: 'string', usage: 'Path to read from the server as it is.' },
    { name: 'chunk-size', kind: 'int', default: 500, usage: 'How many objects to ask for at a time; 0 asks for all.' },
    { name: 'subresource', kind: 'string', usage: 'Read this subresource, e.g. status.' },
    { name: 'server-print', kind: 'bool', default: true, usage: 'Let the server make the table.' },
    { name: 'export', kind: 'bool', usage: 'Leave out what the server filled in (from older releases).', hidden: true },
    ALL_NAMESPACES_FLAG,
    ...SELECTOR_FLAGS,
    ...FILE_FLAGS,
  ],
  run: get,
};

/** What is printed, and where each part was found. */
interface Part {
  resource: ApiResource;
  /** A table, a list or a single object, as the server sent it. */
  answer: KubeObject;
  single: boolean;
}

async function get(call: Call): Promise<void> {
  const { flags, terminal } = call;
  if (flags.changed('raw')) return raw(call);
  const format = readOutputFormat(flags, true);
  const targets = await findTargets(call);
  const watching = flags.bool('watch') || flags.bool('watch-only');
  if (watching) return watchTarget(call, targets, format, tableOptions(call, format));
  const { parts, errors } = await readParts(call, targets, format);
  if (isTabular(format)) printTables(call, parts, format, errors.length > 0);
  else terminal.out(renderObjects(call, parts, format, targets));
  throwCollected(errors);
}

async function raw({ flags, args, session, terminal }: Call): Promise<void> {
  if (args.length > 0) throw new CommandError('arguments may not be passed when --raw is specified');
  const [path = '', query] = flags.string('raw').split('?');
  if (!path.startsWith('/')) throw new CommandError(`--raw must be a valid URL path: ${flags.string('raw')}`);
  const client = await session.client();
  const { text } = await client.request({
    method: 'GET',
    path,
    query: query ? Object.fromEntries(new URLSearchParams(query)) : undefined,
  });
  terminal.out(text);
}

async function findTargets(call: Call): Promise<(Target & { namespace?: string })[]> {
  const { flags, args, program, session, terminal } = call;
  const files = flags.all('filename');
  if (files.length > 0) {
    const placed = await placeManifests(await readManifests(files, flags.bool('recursive'), terminal), call);
    return placed.map(({ resource, object, namespace }) => ({ resource, name: object.metadata?.name, namespace }));
  }
  if (args.length === 0) {
    throw new CommandError(
      `You must specify the type of resource to get. Use "${program} api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "${program} explain <resource>" for a detailed description of that resource (e.g. ${program} explain imagestreams).\nSee '${program} get -h' for help and examples`,
    );
  }
  const selecting = flags.changed('selector') || flags.changed('field-selector');
  const rules = { program, verb: 'get', allowKindAlone: true, selecting };
  const targets = parseTargets(args, await session.discovery(), rules);
  if (flags.bool('all-namespaces') && targets.some(({ name, resource }) => name !== undefined && resource.namespaced)) {
    throw new CommandError('a resource cannot be retrieved by name across all namespaces');
  }
  const namespace = flags.bool('all-namespaces') ? undefined : await session.namespace();
  return targets.map((target) => ({ ...target, namespace }));
}

export function isTabular(format: OutputFormat): boolean {
  return format.type === 'human' || format.type === 'wide';
}

async function readParts(call: Call, targets: readonly (Target & { namespace?: string })[], format: OutputFormat) {
  const { flags, session } = call;
  const client = await session.client();
  const tabular = isTabular(format) && flags.bool('server-print');
  const accept = tabular ? TABLE_ACCEPT : JSON_TYPE;
  const includeObject = tabular && flags.changed('sort-by') ? 'Object' : undefined;
  const parts: Part[] = [];
  const errors: unknown[] = [];
  for (const { resource, name, namespace } of targets) {
    try {
      if (name !== undefined) {
        const options = { accept, subresource: flags.string('subresource') || undefined, query: { includeObject } };
        const answer = await getObject(client, resource, namespace, name, options);
        parts.push({ resource, answer, single: true });
      } else {
        const limit = flags.int('chunk-size') > 0 ? String(flags.int('chunk-size')) : undefined;
        const query = { ...selectorQuery(flags), limit, includeObject };
        for (let next: string | undefined; ;) {
          const answer = await client.get(resourcePath(resource, namespace), { ...query, continue: next }, accept);
          parts.push({ resource, answer, single: false });
          next = answer.metadata?.continue || undefined;
          if (!next) break;
        }
      }
    } catch (error) {
      if (name !== undefined && flags.bool('ignore-not-found') && isNotFound(error)) continue;
      errors.push(name === undefined ? describeListFailure(error, resource, selectorQuery(flags)) : error);
    }
  }
  return { parts, errors };
}

export function tableOptions({ flags }: Call, format: OutputFormat): TableOptions {
  return {
    wide: format.type === 'wide',
    headers: !flags.bool('no-headers'),
    withNamespace: flags.bool('all-namespaces'),
    showLabels: flags.bool('show-labels'),
    labelColumns: flags.all('label-columns'),
  };
}

export function asTable(answer: KubeObject): Table {
  if (isTable(answer)) return answer;
  return tableOfObjects(Array.isArray(answer.items) ? itemsOf(answer) : [answer]);
}

/** Neighbouring parts of one kind share a table, aligned as a whole; another kind begins a new one after an empty line. */
function printTables(call: Call, parts: readonly Part[], format: OutputFormat, failed: boolean): void {
  const { flags, terminal } = call;
  const tables = tablesByKind(parts);
  const kinds = new Set(parts.map(({ resource }) => resource));
  const options = tableOptions(call, format);
  const text = tables
    .map(({ resource, table }) => {
      const withKind = kinds.size > 1 || flags.bool('show-kind') ? resource : undefined;
      const withNamespace = options.withNamespace && resource.namespaced;
      const sorted = flags.changed('sort-by') ? sortRows(table, flags.string('sort-by')) : table;
      return new TablePrinter({ ...options, withNamespace, withKind }).print(sorted);
    })
    .join('\n');
  if (text !== '') terminal.out(text);
  else if (!failed && !flags.bool('ignore-not-found')) sayNothingFound(call, parts);
}

function tablesByKind(parts: readonly Part[]): { resource: ApiResource; table: Table }[] {
  const tables: { resource: ApiResource; table: Table }[] = [];
  for (const { resource, answer } of parts) {
    const table = asTable(answer);
    if (!table.rows?.length) continue;
    const last = tables.at(-1);
    if (last?.resource === resource) last.table = { ...last.table, rows: [...(last.table.rows ?? []), ...table.rows] };
    else tables.push({ resource, table });
  }
  return tables;
}

function sayNothingFound({ flags, terminal, session }: Call, parts: readonly Part[]): void {
  const namespaced = parts.some(({ resource }) => resource.namespaced) && !flags.bool('all-namespaces');
  void session.namespace().then((namespace) => {
    terminal.error(namespaced ? `No resources found in ${namespace} namespace.\n` : 'No resources found\n');
  });
}

function renderObjects(call: Call, parts: readonly Part[], format: OutputFormat, targets: readonly Target[]): string {
  const { flags } = call;
  const printer = new ObjectPrinter(format, {
    showManagedFields: flags.bool('show-managed-fields'),
    headers: !flags.bool('no-headers'),
  });
  const objects = parts.flatMap(({ resource, answer, single }) =>
    (single ? [answer] : itemsOf(answer)).map((object) => ({
      resource,
      object: flags.bool('export') ? exported(object) : object,
    })),
  );
  const sorted = flags.changed('sort-by') ? sortObjects(objects, flags.string('sort-by')) : objects;
  const [first] = sorted;
  if (format.type === 'name' || format.type === 'custom-columns') {
    if (sorted.length === 0 && format.type === 'custom-columns') return printer.print({ items: [] }, NO_KIND);
    return sorted.map(({ object, resource }) => printer.print(object, resource)).join('');
  }
  if (first && sorted.length === 1 && targets.length === 1 && parts[0]?.single)
    return printer.print(first.object, first.resource);
  if (parts.length === 0) return '';
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion: '' },
    items: sorted.map(({ object }) => object),
  };
  return printer.print(list, NO_KIND);
}

const NO_KIND = { singular: 'list', group: '' };
