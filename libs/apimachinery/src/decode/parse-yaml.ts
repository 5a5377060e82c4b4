import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from 'yaml';
import { DecodingError } from './decoding-error.js';
import { setOwn, type JsonObject, type JsonValue } from './json-value.js';
import { MAX_NESTING, parseJson, type ParsedDocument } from './parse-json.js';
import { isNestedDeeper } from './yaml-nesting.js';

/** Aliases may repeat, but add no more values than this: a few lines of YAML can otherwise name billions. */
const MAX_ALIASED_VALUES = 50_000;

/**
 * Reads one YAML document (of which JSON is a part) as JSON: keys become strings, duplicates are reported, merge keys
 * (`<<`) are followed as in YAML 1.1.
 * @throws DecodingError
 */
export function parseYaml(text: string): ParsedDocument {
  return asJson(text) ?? readYaml(text);
}

/** Most "YAML" of clients is JSON, which is read much faster as that. */
function asJson(text: string): ParsedDocument | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof DecodingError) return undefined;
    throw error;
  }
}

function readYaml(text: string): ParsedDocument {
  if (isNestedDeeper(text, MAX_NESTING)) throw tooDeep();
  const document = parse(text, new LineCounter());
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line ?? 1;
    throw new DecodingError(`error converting YAML to JSON: yaml: line ${line}: ${error.message.split('\n', 1)[0]}`);
  }
  const reader = new NodeReader();
  return { value: reader.value(document.contents, ''), duplicates: reader.duplicates };
}

function parse(text: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: true, merge: true, stringKeys: false });
  } catch (error) {
    throw new DecodingError('error converting YAML to JSON: yaml: the document cannot be read', { cause: error });
  }
}

function tooDeep(): DecodingError {
  return new DecodingError('error converting YAML to JSON: exceeded max depth');
}

class NodeReader {
  readonly duplicates: string[] = [];
  private readonly anchors = new Map<string, Node>();
  private depth = 0;
  private aliases = 0;
  private aliasedValues = 0;

  value(raw: unknown, path: string): JsonValue {
    if (isAlias(raw)) return this.aliased(raw.source, path);
    const node = raw as Node | null | undefined;
    if (this.aliases > 0 && ++this.aliasedValues > MAX_ALIASED_VALUES) {
      throw new DecodingError('error converting YAML to JSON: yaml: document contains excessive aliasing');
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return scalar(node.value);
    if (!isMap(node) && !isSeq(node)) return null;
    if (++this.depth > MAX_NESTING) throw tooDeep();
    const value = isSeq(node)
      ? node.items.map((item, at) => this.value(item, `${path}[${at}]`))
      : this.map(node.items as Pair[], path);
    this.depth--;
    return value;
  }

  private aliased(anchor: string, path: string): JsonValue {
    const node = this.anchors.get(anchor);
    if (!node) throw new DecodingError(`error converting YAML to JSON: yaml: unknown anchor '${anchor}' referenced`);
    this.aliases++;
    const value = this.value(node, path);
    this.aliases--;
    return value;
  }

  private map(pairs: readonly Pair[], path: string): JsonObject {
    const object: JsonObject = {};
    const inherited: JsonObject = {};
    for (const pair of pairs) {
      const key = isAlias(pair.key) ? String(this.aliased(pair.key.source, path)) : keyOf(pair.key);
      if (key === '<<') {
        this.merge(inherited, this.value(pair.value, path));
        continue;
      }
      const at = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(object, key)) this.duplicates.push(at);
      setOwn(object, key, this.value(pair.value, at));
    }
    for (const key of Object.keys(inherited)) {
      if (!Object.hasOwn(object, key)) setOwn(object, key, inherited[key] ?? null);
    }
    return object;
  }

  private merge(into: JsonObject, from: JsonValue): void {
    for (const source of Array.isArray(from) ? from : [from]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        throw new DecodingError(
          'error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value',
        );
      }
      for (const key of Object.keys(source)) if (!Object.hasOwn(into, key)) setOwn(into, key, source[key] ?? null);
    }
  }
}

function keyOf(node: unknown): string {
  const value = isScalar(node) ? node.value : node;
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'symbol') return value.description ?? '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  throw new DecodingError('error converting YAML to JSON: yaml: invalid map key');
}

function scalar(value: unknown): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return Number(value);
    case 'number':
      if (!Number.isFinite(value))
        throw new DecodingError(`error converting YAML to JSON: json: unsupported value: ${value}`);
      return value;
    default:
      return value instanceof Date ? value.toISOString() : null;
  }
}
