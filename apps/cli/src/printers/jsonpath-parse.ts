/** One step of a path, in kubectl's JSONPath dialect (https://kubernetes.io/docs/reference/kubectl/jsonpath/). */
export type Step =
  | { type: 'field'; name: string }
  | { type: 'wildcard' }
  | { type: 'descend'; name: string }
  | { type: 'index'; at: number }
  | { type: 'slice'; from?: number; to?: number; step: number }
  | { type: 'filter'; left: Operand; operator: string; right?: Operand }
  | { type: 'union'; parts: Step[][] };

export type Operand = { path: Step[]; root: boolean } | { literal: string | number | boolean };

export type Node =
  | { type: 'text'; text: string }
  | { type: 'path'; steps: Step[]; root: boolean }
  | { type: 'range'; steps: Step[]; root: boolean; body: Node[] };

/** A template that cannot be read. */
export class JsonPathError extends Error {}

/** Reads a template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`. */
export function parseTemplate(template: string): Node[] {
  const pieces = splitPieces(template);
  const { nodes, rest } = parseNodes(pieces, false);
  if (rest.length > 0) throw new JsonPathError('not in range, nothing to end');
  return nodes;
}

/** A bare path in its full form: `.metadata.name`, `metadata.name` and `{.metadata.name}` are `{.metadata.name}`. */
export function fullPath(path: string): string {
  const [, braced, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path) ?? [];
  const inner = braced ?? bare;
  if (inner === undefined) {
    throw new JsonPathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return /^[[$.]/.test(inner) ? `{${inner}}` : `{.${inner}}`;
}

export function parseRelaxedPath(path: string): Node[] {
  return parseTemplate(fullPath(path));
}

type Piece = { text: string } | { expression: string };

function splitPieces(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open < 0) {
      pieces.push({ text: template.slice(at) });
      break;
    }
    if (open > at) pieces.push({ text: template.slice(at, open) });
    const close = closingBrace(template, open);
    pieces.push({ expression: template.slice(open + 1, close).trim() });
    at = close + 1;
  }
  return pieces;
}

function closingBrace(template: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < template.length; at++) {
    const char = template[at] as string;
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return at;
  }
  throw new JsonPathError('unclosed action');
}

function parseNodes(pieces: readonly Piece[], inRange: boolean): { nodes: Node[]; rest: readonly Piece[] } {
  const nodes: Node[] = [];
  let rest = pieces;
  while (rest.length > 0) {
    const piece = rest[0] as Piece;
    rest = rest.slice(1);
    if ('text' in piece) nodes.push({ type: 'text', text: piece.text });
    else if (piece.expression === 'end') {
      if (inRange) return { nodes, rest };
      throw new JsonPathError('not in range, nothing to end');
    } else if (/^range\b/.test(piece.expression)) {
      const inner = parseNodes(rest, true);
      nodes.push({ type: 'range', ...parsePath(piece.expression.slice(5).trim()), body: inner.nodes });
      rest = inner.rest;
    } else nodes.push(...parseExpression(piece.expression));
  }
  if (inRange) throw new JsonPathError('unterminated range, missing end');
  return { nodes, rest };
}

function parseExpression(expression: string): Node[] {
  if (/^["']/.test(expression)) return [{ type: 'text', text: unquote(expression) }];
  return [{ type: 'path', ...parsePath(expression) }];
}

function unquote(text: string): string {
  const quote = text[0] as string;
  if (text.length < 2 || text.at(-1) !== quote) throw new JsonPathError('unterminated quoted string');
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}

/** A path and whether it begins at the root (`$`) instead of the current object. */
export function parsePath(path: string): { steps: Step[]; root: boolean } {
  const root = path.startsWith('$');
  const text = root || path.startsWith('@') ? path.slice(1) : path;
  return { steps: parseSteps(text), root };
}

function parseSteps(text: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('..', at)) {
      const { name, end } = fieldName(text, at + 2);
      steps.push({ type: 'descend', name });
      at = end;
    } else if (text[at] === '.') {
      const { name, end } = fieldName(text, at + 1);
      if (name === '*') steps.push({ type: 'wildcard' });
      else if (name !== '') steps.push({ type: 'field', name });
      at = end;
    } else if (text[at] === '[') {
      const end = closingBracket(text, at);
      steps.push(parseBracket(text.slice(at + 1, end).trim()));
      at = end + 1;
    } else if (at === 0) {
      const { name, end } = fieldName(text, at);
      if (name === '') throw new JsonPathError(`unrecognized character in action: ${text[at]}`);
      steps.push({ type: 'field', name });
      at = end;
    } else throw new JsonPathError(`unrecognized character in action: ${text[at]}`);
  }
  return steps;
}

function fieldName(text: string, from: number): { name: string; end: number } {
  let name = '';
  let at = from;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\' && at + 1 < text.length) name += text[++at];
    else if (/[.[\]{}()\s,]/.test(char)) break;
    else name += char;
  }
  return { name, end: at };
}

function closingBracket(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const char = text[at] as string;
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return at;
  }
  throw new JsonPathError('unterminated array');
}

function parseBracket(inner: string): Step {
  if (inner === '*') return { type: 'wildcard' };
  const filter = /^\?\((.*)\)$/s.exec(inner);
  if (filter) return parseFilter(filter[1] as string);
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(inner);
  if (slice) {
    return { type: 'slice', from: optional(slice[1]), to: optional(slice[2]), step: optional(slice[3]) ?? 1 };
  }
  if (/^-?\d+$/.test(inner)) return { type: 'index', at: Number(inner) };
  if (/^'[^']*'$|^"[^"]*"$/.test(inner)) return { type: 'field', name: unquote(inner) };
  if (inner.includes(',')) return { type: 'union', parts: inner.split(',').map((part) => [parseBracket(part.trim())]) };
  if (inner.startsWith('.') || inner.startsWith('@')) return { type: 'union', parts: [parsePath(inner).steps] };
  throw new JsonPathError(`invalid array index ${inner}`);
}

function optional(digits: string | undefined): number | undefined {
  return digits === undefined || digits === '' ? undefined : Number(digits);
}

function parseFilter(text: string): Step {
  const match = /^(.*?)(==|!=|<=|>=|<|>)(.*)$/s.exec(text);
  if (!match) return { type: 'filter', left: parseOperand(text.trim()), operator: 'exists' };
  const [, left, operator, right] = match as unknown as [string, string, string, string];
  return { type: 'filter', left: parseOperand(left.trim()), operator, right: parseOperand(right.trim()) };
}

function parseOperand(text: string): Operand {
  if (/^["']/.test(text)) return { literal: unquote(text) };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { literal: Number(text) };
  const { steps, root } = parsePath(text);
  return { path: steps, root };
}
