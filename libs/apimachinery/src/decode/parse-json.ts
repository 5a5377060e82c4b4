import { DecodingError } from './decoding-error.js';
import { countMembers, outlineOf } from './json-outline.js';
import { setOwn, type JsonObject, type JsonValue } from './json-value.js';

/** A parsed document and the keys that stood twice in one object, as paths (`spec.tags[0].name`), in order of appearance. */
export interface ParsedDocument {
  value: JsonValue;
  duplicates: string[];
}

/** How deep objects and arrays may be nested; beyond lies no API object, only an attack on the stack. */
export const MAX_NESTING = 500;

/**
 * Reads JSON as Kubernetes does: the last of two equal keys wins and is reported, and what is wrong with the text is
 * said in the words of Go's decoder. `JSON.parse` alone would hide the duplicates.
 * @throws DecodingError
 */
export function parseJson(text: string): ParsedDocument {
  const { depth, members } = outlineOf(text);
  if (depth <= MAX_NESTING) {
    const value = parseNatively(text);
    if (value !== undefined && countMembers(value) === members) return { value, duplicates: [] };
  }
  const reader = new JsonReader(text);
  return { value: reader.document(), duplicates: reader.duplicates };
}

/** Ten times as fast as the reader below, which is left with texts that are malformed or have keys twice. */
function parseNatively(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

const WHITESPACE = new Set([' ', '\t', '\n', '\r']);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class JsonReader {
  readonly duplicates: string[] = [];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  document(): JsonValue {
    const value = this.value('');
    this.space();
    if (this.at < this.text.length) throw this.unexpected('after top-level value');
    return value;
  }

  private value(path: string): JsonValue {
    this.space();
    const next = this.text[this.at];
    switch (next) {
      case '{':
        return this.nested(() => this.object(path));
      case '[':
        return this.nested(() => this.array(path));
      case '"':
        return this.string();
      case 't':
        return this.literal('true', true);
      case 'f':
        return this.literal('false', false);
      case 'n':
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_NESTING) throw new DecodingError('exceeded max depth');
    this.at++;
    const value = read();
    this.depth--;
    return value;
  }

  private object(path: string): JsonObject {
    const object: JsonObject = {};
    this.space();
    if (this.take('}')) return object;
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      this.space();
      if (!this.take(':')) throw this.unexpected('after object key');
      const at = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(object, key)) this.duplicates.push(at);
      setOwn(object, key, this.value(at));
      this.space();
      if (this.take('}')) return object;
      if (!this.take(',')) throw this.unexpected('after object key:value pair');
    }
  }

  private array(path: string): JsonValue[] {
    const items: JsonValue[] = [];
    this.space();
    if (this.take(']')) return items;
    for (;;) {
      items.push(this.value(`${path}[${items.length}]`));
      this.space();
      if (this.take(']')) return items;
      if (!this.take(',')) throw this.unexpected('after array element');
    }
  }

  private string(): string {
    this.at++;
    let out = '';
    for (;;) {
      PLAIN.lastIndex = this.at;
      const plain = PLAIN.exec(this.text)?.[0] ?? '';
      out += plain;
      this.at += plain.length;
      if (this.take('"')) return out;
      if (!this.take('\\')) throw this.unexpected('in string literal');
      out += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.at] ?? '';
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 1, this.at + 5);
      if (!/^[\da-fA-F]{4}$/.test(digits)) {
        this.at++;
        throw this.unexpected('in \\u hexadecimal character escape');
      }
      this.at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (escaped === undefined) throw this.unexpected('in string escape code');
    this.at++;
    return escaped;
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) throw this.unexpected('looking for beginning of value');
    this.at += digits.length;
    const value = Number(digits);
    if (!Number.isFinite(value))
      throw new DecodingError(`json: cannot unmarshal number ${digits} into Go value of type float64`);
    return value;
  }

  private literal<T extends JsonValue>(word: string, value: T): T {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.text[this.at] !== word[i]) throw this.unexpected(`in literal ${word} (expecting '${word[i]}')`);
    }
    return value;
  }

  private space(): void {
    while (WHITESPACE.has(this.text[this.at] ?? '')) this.at++;
  }

  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private unexpected(context: string): DecodingError {
    if (this.at >= this.text.length) return new DecodingError('unexpected end of JSON input');
    return new DecodingError(`invalid character ${quoted(this.text[this.at] ?? '')} ${context}`);
  }
}

function quoted(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
