import { CommandError } from '../errors.js';
import { ColumnWriter } from './column-writer.js';
import { findByPath, valueText } from './jsonpath.js';

interface CustomColumn {
  header: string;
  path: string;
}

/** Prints chosen fields as columns: `NAME:.metadata.name,IMAGE:.image`. */
export class CustomColumnsPrinter {
  private readonly columns: CustomColumn[];
  private readonly writer = new ColumnWriter();
  private headerPrinted: boolean;

  constructor(spec: string, headers: boolean) {
    this.columns = parseSpec(spec);
    this.headerPrinted = !headers;
  }

  print(objects: readonly unknown[]): string {
    const rows = objects.map((object) => this.columns.map(({ path }) => cell(object, path)));
    const header = this.headerPrinted ? [] : [this.columns.map((column) => column.header)];
    this.headerPrinted = true;
    return this.writer.format([...header, ...rows]);
  }
}

function cell(object: unknown, path: string): string {
  const found = findByPath(path, object);
  return found.length > 0 ? found.map((value) => valueText(value) || '<none>').join(',') : '<none>';
}

function parseSpec(spec: string): CustomColumn[] {
  if (spec === '') throw new CommandError('custom-columns format specified but no custom columns given');
  return spec.split(',').map((column) => {
    const colon = column.indexOf(':');
    if (colon < 0)
      throw new CommandError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return { header: column.slice(0, colon), path: column.slice(colon + 1) };
  });
}
