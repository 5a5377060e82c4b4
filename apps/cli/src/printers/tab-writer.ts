export interface TabWriterOptions {
  minWidth: number;
  tabWidth: number;
  padding: number;
  padChar: ' ' | '\t';
}

/**
 * Go's text/tabwriter: a column is a run of neighbouring lines that have a tab-terminated cell at that place, as wide
 * as its widest cell. The last cell of a line belongs to no column.
 */
export function alignTabs(text: string, options: TabWriterOptions): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[] = [];
  const out: string[] = [];
  format(0, lines.length);
  return out.join('\n');

  function format(from: number, to: number): void {
    const column = widths.length;
    let done = from;
    for (let at = from; at < to; at++) {
      if (column >= cellsOf(at).length - 1) continue;
      writeLines(done, at);
      let width = options.minWidth;
      let end = at;
      for (; end < to && column < cellsOf(end).length - 1; end++) {
        width = Math.max(width, textWidth(cellsOf(end)[column] as string) + options.padding);
      }
      widths.push(width);
      format(at, end);
      widths.pop();
      done = end;
      at = end - 1;
    }
    writeLines(done, to);
  }

  function writeLines(from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const cells = cellsOf(at);
      out.push(
        cells.map((cell, column) => (column < cells.length - 1 ? pad(cell, widths[column] ?? 0) : cell)).join(''),
      );
    }
  }

  function cellsOf(at: number): string[] {
    return lines[at] as string[];
  }

  function pad(cell: string, width: number): string {
    const length = textWidth(cell);
    if (options.padChar === ' ') return cell + ' '.repeat(Math.max(0, width - length));
    const full = Math.ceil(width / options.tabWidth) * options.tabWidth;
    return cell + '\t'.repeat(Math.ceil((full - length) / options.tabWidth));
  }
}

function textWidth(cell: string): number {
  return [...cell].length;
}

/** The layout of describers: at least one space, padded with tabs of eight. */
export const DESCRIBE_TABS: TabWriterOptions = { minWidth: 0, tabWidth: 8, padding: 1, padChar: '\t' };
/** The layout of kubectl's own describers. */
export const GENERIC_DESCRIBE_TABS: TabWriterOptions = { minWidth: 0, tabWidth: 8, padding: 2, padChar: ' ' };
/** Tables of `oc set …`: two spaces between columns. */
export const NARROW_TABS: TabWriterOptions = { minWidth: 0, tabWidth: 2, padding: 2, padChar: ' ' };
/** Tables of `oc adm top`: one space between columns. */
export const DENSE_TABS: TabWriterOptions = { minWidth: 0, tabWidth: 8, padding: 1, padChar: ' ' };
