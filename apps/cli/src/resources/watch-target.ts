import type { Call } from '../command.js';
import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { isTable, type KubeObject, type WatchEvent } from '../client/kube-object.js';
import { JSON_TYPE, TABLE_ACCEPT } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import { CommandError } from '../errors.js';
import { sortKeys, toGoJson } from '../printers/go-json.js';
import { toGoYaml } from '../printers/go-yaml.js';
import type { OutputFormat } from '../printers/output-format.js';
import { ObjectPrinter, withoutManagedFields } from '../printers/print-object.js';
import { type TableOptions, TablePrinter, tableOfObjects } from '../printers/table-printer.js';
import { getObject, itemsOf } from './get-object.js';
import type { Target } from './resource-arguments.js';
import { selectorQuery } from './selection-flags.js';

type Placed = Target & { namespace?: string };

/**
 * Prints what is there, then every change, until interrupted. When the server ends a watch it is taken up again where
 * it stopped, so nothing is missed.
 */
export async function watchTarget(
  call: Call,
  targets: readonly Placed[],
  format: OutputFormat,
  table: TableOptions,
): Promise<void> {
  const { flags, session, terminal } = call;
  const [target, ...others] = targets;
  if (!target || others.length > 0) throw new CommandError('you may only specify a single resource type');
  const client = await session.client();
  const tabular = format.type === 'human' || format.type === 'wide';
  const accept = tabular ? TABLE_ACCEPT : JSON_TYPE;
  const print = changePrinter(call, target, format, {
    ...table,
    withNamespace: table.withNamespace && target.resource.namespaced,
  });
  const { resource, name, namespace } = target;
  const path = resourcePath(resource, namespace);
  const selectors = name === undefined ? selectorQuery(flags) : { fieldSelector: `metadata.name=${name}` };

  const now =
    name === undefined
      ? await client.get(path, { ...selectorQuery(flags), limit: '500' }, accept)
      : await getObject(client, resource, namespace, name, { accept });
  terminal.out(print(now, undefined, !flags.bool('watch-only')));
  const position = name === undefined ? now.metadata?.resourceVersion || undefined : '0';
  const follow = { client, path, selectors, accept };
  let skip = name !== undefined;
  for await (const event of followChanges(follow, position)) {
    terminal.out(print(event.object, event.type, !skip));
    skip = false;
  }
}

interface Follow {
  client: ApiClient;
  path: string;
  selectors: Record<string, string | undefined>;
  accept: string;
}

/** Changes after a position; watches again from the last one seen whenever the server closes. */
async function* followChanges(
  { client, path, selectors, accept }: Follow,
  from: string | undefined,
): AsyncGenerator<WatchEvent> {
  let position = from;
  for (;;) {
    let received = 0;
    for await (const event of client.watch({
      path,
      accept,
      query: { ...selectors, resourceVersion: position, watch: 'true' },
    })) {
      received++;
      if (event.type === 'ERROR') throw new ApiError(event.object, Number(event.object.code ?? 500));
      position = versionOf(event.object) ?? position;
      if (event.type !== 'BOOKMARK') yield event;
    }
    // A server that closes at once without an event is given time to come back.
    if (received === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function versionOf(object: KubeObject): string | undefined {
  return object.metadata?.resourceVersion || undefined;
}

type PrintChange = (object: KubeObject, change: string | undefined, visible: boolean) => string;

function changePrinter(
  { flags }: Call,
  { resource }: Placed,
  format: OutputFormat,
  options: TableOptions,
): PrintChange {
  const withEvents = flags.bool('output-watch-events');
  if (format.type === 'human' || format.type === 'wide') {
    const printer = new TablePrinter(options);
    return (object, change, visible) => {
      const table = isTable(object) ? object : tableOfObjects(Array.isArray(object.items) ? itemsOf(object) : [object]);
      const rows = visible ? (table.rows ?? []) : [];
      return printer.print(withEvents ? withEventColumn({ ...table, rows }, change ?? 'ADDED') : { ...table, rows });
    };
  }
  const printer = new ObjectPrinter(format, {
    showManagedFields: flags.bool('show-managed-fields'),
    headers: options.headers,
  });
  return (object, change, visible) => {
    if (!visible) return '';
    const objects = Array.isArray(object.items) ? itemsOf(object) : [object];
    return objects
      .map((one) => {
        if (!withEvents) return printer.print(one, resource);
        const event = { type: change ?? 'ADDED', object: withoutManagedFields(one) };
        return format.type === 'yaml' ? `---\n${toGoYaml(event)}` : `${toGoJson(sortKeys(event))}\n`;
      })
      .join('');
  };
}

function withEventColumn(table: ReturnType<typeof tableOfObjects>, change: string) {
  return {
    ...table,
    columnDefinitions: table.columnDefinitions?.length
      ? [{ name: 'Event', type: 'string' }, ...table.columnDefinitions]
      : table.columnDefinitions,
    rows: (table.rows ?? []).map((row) => ({ ...row, cells: [change, ...row.cells] })),
  };
}
