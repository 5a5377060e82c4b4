import { kindWithGroup } from '../client/discovery.js';
import type { ApiResource } from '../client/discovery-documents.js';
import type { KubeObject, Table, TableRow } from '../client/kube-object.js';
import { ColumnWriter } from './column-writer.js';

export interface TableOptions {
  wide: boolean;
  headers: boolean;
  withNamespace: boolean;
  showLabels: boolean;
  labelColumns: readonly string[];
  /** Put `kind.group/` before names, as when several kinds are printed. */
  withKind?: ApiResource;
}

interface Column {
  name: string;
  at: number;
}

/** Prints server-side tables one after the other; the header once. */
export class TablePrinter {
  private readonly writer = new ColumnWriter();
  private columns: Column[] = [];
  private headerPrinted = false;

  constructor(private readonly options: TableOptions) {}

  print(table: Table): string {
    if (table.columnDefinitions?.length) this.columns = visibleColumns(table, this.options.wide);
    const lines: string[][] = [];
    if (!this.headerPrinted && this.options.headers) lines.push(this.header());
    this.headerPrinted = true;
    for (const row of table.rows ?? []) lines.push(this.row(row));
    return this.writer.format(lines);
  }

  private header(): string[] {
    const { withNamespace, showLabels, labelColumns } = this.options;
    return [
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...this.columns.map(({ name }) => name.toUpperCase()),
      ...labelColumns.map((label) => (label.split('/').at(-1) as string).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ];
  }

  private row(row: TableRow): string[] {
    const { withNamespace, showLabels, labelColumns, withKind } = this.options;
    const labels = row.object?.metadata?.labels ?? {};
    return [
      ...(withNamespace ? [row.object?.metadata?.namespace ?? ''] : []),
      ...this.columns.map(({ at }, index) => {
        const cell = cellText(row.cells[at]);
        return index === 0 && withKind ? `${kindWithGroup(withKind)}/${cell}` : cell;
      }),
      ...labelColumns.map((label) => labels[label] ?? ''),
      ...(showLabels ? [formatLabels(labels)] : []),
    ];
  }
}

export function formatLabels(labels: Record<string, string>): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return pairs.length > 0 ? pairs.join(',') : '<none>';
}

/** A table for servers that answer a list where a table was asked for. */
export function tableOfObjects(objects: readonly KubeObject[]): Table {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [
      { name: 'Name', type: 'string' },
      { name: 'Created At', type: 'date' },
    ],
    rows: objects.map((object) => ({ cells: [object.metadata?.name, object.metadata?.creationTimestamp], object })),
  };
}

function visibleColumns(table: Table, wide: boolean): Column[] {
  return (table.columnDefinitions ?? [])
    .map(({ name, priority }, at) => ({ name, at, priority: priority ?? 0 }))
    .filter(({ priority }) => wide || priority === 0);
}

/** A cell ends at its first line break, as the next line would begin a new row. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  const end = text.search(/[\f\n\r]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}
