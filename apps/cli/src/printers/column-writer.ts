/**
 * kubectl's table layout: every cell but the last padded to its column's width plus three spaces, at least six wide.
 * Widths are remembered, so that lines added later (a watch) stay under the header.
 */
export class ColumnWriter {
  private readonly widths: number[] = [];

  format(rows: readonly (readonly string[])[]): string {
    for (const row of rows) {
      row.slice(0, -1).forEach((cell, column) => {
        this.widths[column] = Math.max(this.widths[column] ?? MIN_WIDTH, [...cell].length + PADDING);
      });
    }
    return rows.map((row) => `${this.line(row)}\n`).join('');
  }

  private line(row: readonly string[]): string {
    const last = row.length - 1;
    return row
      .map((cell, column) =>
        column === last ? cell : cell + ' '.repeat((this.widths[column] ?? 0) - [...cell].length),
      )
      .join('');
  }
}

const MIN_WIDTH = 6;
const PADDING = 3;
