import { analyzeScalar, escapeDoubleQuoted, isBreak, readsAsOtherType } from './go-yaml-scalar.js';

/** Lines are broken at the first space past this column. */
const BEST_WIDTH = 80;
const STEP = 2;
const LONGEST_SIMPLE_KEY = 128;

/** YAML as `sigs.k8s.io/yaml` writes it, byte for byte: keys sorted, lists not indented, long texts folded. */
export function toGoYaml(value: unknown): string {
  const writer = new YamlWriter();
  writer.root(value);
  return writer.text;
}

/** Go yaml's order of keys: numbers inside names by value, letters after other characters. */
export function compareYamlKeys(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < left.length && at < right.length; at++) {
    if (left[at] === right[at]) continue;
    return compareAt(left, right, at);
  }
  return left.length - right.length;
}

function compareAt(left: string[], right: string[], at: number): number {
  const [a, b] = [left[at] as string, right[at] as string];
  const [aLetter, bLetter] = [isLetter(a), isLetter(b)];
  if (aLetter && bLetter) return a < b ? -1 : 1;
  if (aLetter || bLetter) return bLetter ? -1 : 1;
  const [aNumber, bNumber] = [digitsFrom(left, at), digitsFrom(right, at)];
  if (aNumber.value !== bNumber.value) return aNumber.value < bNumber.value ? -1 : 1;
  if (aNumber.end !== bNumber.end) return aNumber.end - bNumber.end;
  return a < b ? -1 : 1;
}

function digitsFrom(chars: string[], from: number): { value: bigint; end: number } {
  let end = from;
  while (end < chars.length && /\d/.test(chars[end] as string)) end++;
  let start = from;
  // A zero inside a longer number counts with the digits before it.
  while (start > 0 && /\d/.test(chars[start - 1] as string)) start--;
  const digits = chars.slice(start === from ? from : start, end).join('');
  return { value: end > from ? BigInt(digits || '0') : 0n, end };
}

function isLetter(char: string): boolean {
  return /\p{L}/u.test(char);
}

class YamlWriter {
  text = '';
  private column = 0;

  root(value: unknown): void {
    if (isCollection(value)) this.block(value, 0);
    else this.scalar(value, 0, false);
    this.put('\n');
  }

  private put(text: string): void {
    this.text += text;
    const at = text.lastIndexOf('\n');
    this.column = at < 0 ? this.column + [...text].length : [...text.slice(at + 1)].length;
  }

  private newLine(indent: number): void {
    this.put(`\n${' '.repeat(indent)}`);
  }

  /** A non-empty mapping or list whose first line begins where the writer stands. */
  private block(value: object, indent: number): void {
    if (Array.isArray(value)) {
      value.forEach((item, at) => {
        if (at > 0) this.newLine(indent);
        this.put('- ');
        if (isCollection(item)) this.block(item, indent + STEP);
        else this.scalar(item, indent + STEP, true);
      });
      return;
    }
    const keys = Object.keys(value)
      .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
      .sort(compareYamlKeys);
    keys.forEach((key, at) => {
      if (at > 0) this.newLine(indent);
      this.entry(key, (value as Record<string, unknown>)[key], indent);
    });
  }

  private entry(key: string, value: unknown, indent: number): void {
    const simple = key.length <= LONGEST_SIMPLE_KEY && !key.includes('\n');
    if (simple) {
      this.scalar(key, indent + STEP, false);
    } else {
      this.put('? ');
      this.scalar(key, indent + STEP, true);
      this.newLine(indent);
    }
    this.put(':');
    if (!isCollection(value)) {
      this.put(' ');
      this.scalar(value, indent + STEP, true);
      return;
    }
    const inner = Array.isArray(value) ? indent : indent + STEP;
    this.newLine(inner);
    this.block(value, inner);
  }

  private scalar(value: unknown, indent: number, mayBreak: boolean): void {
    if (typeof value !== 'string') {
      this.put(plainValue(value));
      return;
    }
    const facts = analyzeScalar(value);
    if (value.includes('\n') && mayBreak && facts.blockAllowed) return this.literal(value, indent);
    if (value.includes('\n') || readsAsOtherType(value)) return this.doubleQuoted(value, indent, mayBreak);
    if (facts.plainAllowed && !(value === '' && !mayBreak)) return this.plain(value, indent, mayBreak);
    if (facts.singleQuotedAllowed) return this.singleQuoted(value, indent, mayBreak);
    this.doubleQuoted(value, indent, mayBreak);
  }

  private plain(value: string, indent: number, mayBreak: boolean): void {
    this.folded([...value], indent, mayBreak, (char) => char, 0);
  }

  private singleQuoted(value: string, indent: number, mayBreak: boolean): void {
    this.put("'");
    this.folded([...value], indent, mayBreak, (char) => (char === "'" ? "''" : char), 1);
    this.put("'");
  }

  private folded(
    chars: string[],
    indent: number,
    mayBreak: boolean,
    write: (char: string) => string,
    edge: number,
  ): void {
    let spaces = false;
    chars.forEach((char, at) => {
      const inside = at >= edge && at < chars.length - edge;
      if (char === ' ' && mayBreak && !spaces && this.column > BEST_WIDTH && inside && chars[at + 1] !== ' ') {
        this.newLine(indent);
      } else {
        this.put(write(char));
      }
      spaces = char === ' ';
    });
  }

  private doubleQuoted(value: string, indent: number, mayBreak: boolean): void {
    const chars = [...value];
    let spaces = false;
    this.put('"');
    chars.forEach((char, at) => {
      const inside = at > 0 && at < chars.length - 1;
      if (char === ' ' && mayBreak && !spaces && this.column > BEST_WIDTH && inside) {
        this.newLine(indent);
        if (chars[at + 1] === ' ') this.put('\\');
      } else {
        this.put(escapeDoubleQuoted(char));
      }
      spaces = char === ' ';
    });
    this.put('"');
  }

  private literal(value: string, indent: number): void {
    const indentHint = /^[ \n]/.test(value) ? String(STEP) : '';
    const chomp = !isBreak(value.at(-1)) ? '-' : value === '\n' || isBreak(value.at(-2)) ? '+' : '';
    this.put(`|${indentHint}${chomp}`);
    const lines = value.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) this.put(line === '' ? '\n' : `\n${' '.repeat(indent)}${line}`);
  }
}

function plainValue(value: unknown): string {
  if (Array.isArray(value)) return '[]';
  if (value !== null && typeof value === 'object') return '{}';
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat(value);
  return String(value ?? 'null');
}

function goFloat(value: number): string {
  const text = String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function isCollection(value: unknown): value is object {
  if (value === null || typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((item) => item !== undefined);
}
