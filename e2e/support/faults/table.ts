/** Prints rows of name and value to standard error, where Jest leaves them alone. */
export function printTable(title: string, rows: Readonly<Record<string, string | number>>): void {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  process.stderr.write(`\n${title}\n${lines.join('\n')}\n\n`);
}
