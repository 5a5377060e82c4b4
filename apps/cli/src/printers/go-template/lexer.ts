import { lineOf, TemplateError } from './template-error.js';

export type TokenType =
  | 'text'
  | 'begin'
  | 'end'
  | 'space'
  | 'string'
  | 'raw string'
  | 'character'
  | 'number'
  | 'field'
  | 'dot'
  | 'variable'
  | 'word'
  | 'declare'
  | 'assign'
  | 'pipe'
  | 'open'
  | 'close'
  | 'comma';

/** A piece of a template; `at` is its offset. Text has been trimmed as its neighbours ask. */
export interface Token {
  type: TokenType;
  text: string;
  at: number;
}

/** What may stand between `{{` and `}}`; the first that matches counts. */
const RULES: readonly [TokenType, RegExp][] = [
  ['end', /(?:\s-)?\}\}/y],
  ['space', /\s+/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['raw string', /`[^`]*`/y],
  ['character', /'(?:[^'\\\n]|\\.)+'/y],
  ['number', /[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['pipe', /\|/y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['comma', /,/y],
];

const COMMENT = /\/\*[\s\S]*?\*\/(?:\s+-)?\}\}/y;

/** Cuts a template of Go's text/template into tokens. Throws TemplateError. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimsLeft = false;
  for (;;) {
    const begin = source.indexOf('{{', at);
    const trimsRight = begin >= 0 && /^\{\{-\s/.test(source.slice(begin, begin + 4));
    let text = source.slice(at, begin < 0 ? undefined : begin);
    if (trimsLeft) text = text.trimStart();
    if (trimsRight) text = text.trimEnd();
    if (text !== '') tokens.push({ type: 'text', text, at });
    if (begin < 0) return tokens;
    const inside = begin + (trimsRight ? 4 : 2);
    at = afterComment(source, inside) ?? pushAction(source, begin, inside, tokens);
    trimsLeft = /\s-\}\}$/.test(source.slice(0, at));
  }
}

function afterComment(source: string, at: number): number | undefined {
  COMMENT.lastIndex = at;
  return COMMENT.test(source) ? COMMENT.lastIndex : undefined;
}

/** Reads one action and gives the offset behind it. */
function pushAction(source: string, begin: number, inside: number, tokens: Token[]): number {
  tokens.push({ type: 'begin', text: '{{', at: begin });
  for (let at = inside; ;) {
    const token = tokenAt(source, at);
    tokens.push(token);
    at += token.text.length;
    if (token.type === 'end') return at;
  }
}

function tokenAt(source: string, at: number): Token {
  for (const [type, pattern] of RULES) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return { type, text, at };
  }
  throw new TemplateError(`template: output:${lineOf(source, at)}: ${whatIsWrong(source.slice(at))}`);
}

function whatIsWrong(rest: string): string {
  if (rest === '') return 'unclosed action';
  if (rest.startsWith('"')) return 'unterminated quoted string';
  if (rest.startsWith('`')) return 'unterminated raw quoted string';
  if (rest.startsWith("'")) return 'unterminated character constant';
  const code = (rest.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  return `unrecognized character in action: U+${code} '${[...rest][0]}'`;
}
