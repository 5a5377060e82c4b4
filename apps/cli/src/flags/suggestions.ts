/** Names close to a mistyped word: at most two edits away, or beginning with it. */
export function suggestionsFor(word: string, names: readonly string[]): string[] {
  const typed = word.toLowerCase();
  return names.filter((name) => editDistance(typed, name.toLowerCase()) <= 2 || name.toLowerCase().startsWith(typed));
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
