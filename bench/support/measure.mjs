// Small tools of the benchmarks: times, percentiles, tables.

/** Milliseconds that `work` takes. */
export async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Runs `work` one after the other and returns the sorted times in milliseconds; the first `warmup` runs do not count. */
export async function sequentially(count, work, warmup = Math.min(20, count)) {
  for (let index = 0; index < warmup; index++) await work(index - warmup);
  const times = [];
  for (let index = 0; index < count; index++) times.push(await timed(() => work(index)));
  return times.sort((a, b) => a - b);
}

/** Runs `work` from `clients` loops at once; returns how many per second. */
export async function perSecond(count, clients, work) {
  let next = 0;
  const loop = async () => {
    while (next < count) await work(next++);
  };
  const elapsed = await timed(() => Promise.all(Array.from({ length: clients }, loop)));
  return (count / elapsed) * 1000;
}

/** The value below which `share` (0 to 1) of the sorted values lie. */
export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** `3.21`, `45.6`, `789`. */
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Prints rows as a Markdown table. */
export function printTable(headings, rows) {
  const cells = [
    headings,
    ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : String(cell)))),
  ];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  console.log(line(cells[0]));
  console.log(`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  for (const row of cells.slice(1)) console.log(line(row));
}
