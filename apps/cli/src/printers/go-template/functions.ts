import { formatValue, sprintf } from './printf.js';
import { isMap, isTrue, typeName } from './values.js';

type TemplateFunction = (...values: unknown[]) => unknown;

/** The functions of text/template and the two that kubectl adds. `and` and `or` stop early, so the evaluator does them. */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  base64decode: (text) => Buffer.from(String(text), 'base64').toString('utf8'),
  exists: (item, ...keys) => keys.reduce<unknown>(childOf, item) !== undefined,
  eq: (first, ...others) => {
    if (others.length === 0) throw new Error('missing argument for comparison');
    return others.some((other) => isEqual(first, other));
  },
  ge: (a, b) => compare(a, b) >= 0,
  gt: (a, b) => compare(a, b) > 0,
  html: (...values) => print(values).replace(/[&<>"']/g, (char) => HTML_ENTITIES[char] as string),
  index: (item, ...keys) => keys.reduce<unknown>(indexInto, item),
  js: (...values) => print(values).replace(/[\\'"<>&=\n\r\t]/g, (char) => JS_ESCAPES[char] as string),
  le: (a, b) => compare(a, b) <= 0,
  len: lengthOf,
  lt: (a, b) => compare(a, b) < 0,
  ne: (a, b) => !isEqual(a, b),
  not: (value) => !isTrue(value),
  print: (...values) => print(values),
  printf: (format, ...values) => sprintf(String(format), values),
  println: (...values) => `${values.map(formatValue).join(' ')}\n`,
  slice: (item, from, to) => {
    if (typeof item === 'string')
      return Buffer.from(item)
        .subarray(Number(from ?? 0), asNumber(to))
        .toString('utf8');
    if (Array.isArray(item)) return item.slice(Number(from ?? 0), asNumber(to));
    throw new Error(`can't slice item of type ${typeName(item)}`);
  },
  urlquery: (...values) =>
    encodeURIComponent(print(values))
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
};

export function isFunction(name: string): boolean {
  return name === 'and' || name === 'or' || Object.hasOwn(functions, name);
}

const HTML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const JS_ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
  '\n': '\\u000A',
  '\r': '\\u000D',
  '\t': '\\u0009',
};

function asNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** fmt.Sprint: a space between neighbours that are both no strings. */
function print(values: readonly unknown[]): string {
  return values
    .map((value, at) => {
      const spaced = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string';
      return (spaced ? ' ' : '') + formatValue(value);
    })
    .join('');
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new Error(value === null || value === undefined ? 'len of nil pointer' : `len of type ${typeName(value)}`);
}

function indexInto(item: unknown, key: unknown): unknown {
  if (item === null || item === undefined) throw new Error('index of untyped nil');
  if (isMap(item)) {
    if (typeof key !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`);
    return childOf(item, key);
  }
  if (!Array.isArray(item) && typeof item !== 'string') throw new Error(`can't index item of type ${typeName(item)}`);
  if (typeof key !== 'number') throw new Error(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0 || key >= lengthOf(item)) throw new Error(`index out of range: ${key}`);
  return typeof item === 'string' ? Buffer.from(item)[key] : item[key];
}

function childOf(item: unknown, key: unknown): unknown {
  if (Array.isArray(item)) return typeof key === 'number' ? item[key] : undefined;
  return isMap(item) && typeof key === 'string' && Object.hasOwn(item, key) ? item[key] : undefined;
}

function isEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [a ?? null, b ?? null];
  if (left === null || right === null) return left === right;
  if (typeof left === 'object' || typeof right === 'object') throw new Error('non-comparable type in comparison');
  if (typeof left !== typeof right) throw new Error('incompatible types for comparison');
  return left === right;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) throw new Error('incompatible types for comparison');
  if (typeof a === 'number') return a - (b as number);
  if (typeof a !== 'string') throw new Error('invalid type for comparison');
  return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
}
