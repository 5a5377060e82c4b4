import type { LabelRequirement, LabelSelector } from '../selectors.js';
import { badRequest } from '../status/errors.js';
import { fieldErrorsSentence } from '../status/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { labelKeyProblems, labelValueProblems } from './label-syntax.js';

type TokenKind = 'identifier' | 'in' | 'notin' | '=' | '==' | '!=' | '!' | '(' | ')' | ',' | 'end' | 'error';
interface Token {
  kind: TokenKind;
  text: string;
}

const SYMBOLS = new Set<string>(['=', '==', '!=', '!', '(', ')', ',']);
const SPECIAL = new Set('=!(),<>');
const BLANK = new Set(' \t\r\n');
const OPERATORS = 'in, notin, =, ==, !=, gt, lt';

/** A requirement that cannot be read; becomes "unable to parse requirement". */
class RequirementError extends Error {}

/**
 * Reads `labelSelector` (`a=b,c!=d,e in (f,g),h,!i`).
 * Throws `ApiError` BadRequest in the words of Kubernetes' own parser.
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = scan(text);
  const requirements: LabelRequirement[] = [];
  for (;;) {
    const next = tokens.value();
    if (next.kind === 'end') return requirements;
    if (next.kind !== 'identifier' && next.kind !== '!') {
      throw badRequest(`found '${next.text}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(requirement(tokens));
    const separator = tokens.takeValue();
    if (separator.kind === 'end') return requirements;
    if (separator.kind !== ',') throw badRequest(`found '${separator.text}', expected: ',' or 'end of string'`);
    const after = tokens.value();
    if (after.kind !== 'identifier' && after.kind !== '!') {
      throw badRequest(`found '${after.text}', expected: identifier after ','`);
    }
  }
}

/** Do these labels fulfil every requirement? `!=` and `notin` hold for an absent label too. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'exists':
        return value !== undefined;
      case '!':
        return value === undefined;
      case '=':
      case 'in':
        return value !== undefined && values.includes(value);
      case '!=':
      case 'notin':
        return value === undefined || !values.includes(value);
    }
  });
}

function requirement(tokens: TokenStream): LabelRequirement {
  try {
    return readRequirement(tokens);
  } catch (error) {
    if (error instanceof RequirementError) throw badRequest(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

function readRequirement(tokens: TokenStream): LabelRequirement {
  const isNegated = tokens.value().kind === '!';
  if (isNegated) tokens.takeValue();
  const key = tokens.takeValue();
  if (key.kind !== 'identifier') throw new RequirementError(`found '${key.text}', expected: identifier`);
  refuse(labelKeyProblems(key.text).map((detail) => ({ field: 'key', type: 'Invalid', value: key.text, detail })));
  const following = tokens.value().kind;
  if (isNegated || following === 'end' || following === ',') {
    return { key: key.text, operator: isNegated ? '!' : 'exists', values: [] };
  }
  const operator = tokens.takeOperator();
  switch (operator.kind) {
    case 'in':
    case 'notin':
      return checked({ key: key.text, operator: operator.kind, values: valueList(tokens) });
    case '=':
    case '==':
      return checked({ key: key.text, operator: '=', values: [exactValue(tokens)] });
    case '!=':
      return checked({ key: key.text, operator: '!=', values: [exactValue(tokens)] });
    default:
      throw new RequirementError(`found '${operator.text}', expected: ${OPERATORS}`);
  }
}

function checked(found: LabelRequirement): LabelRequirement {
  const errors = found.values.flatMap((value, index) =>
    labelValueProblems(value).map((detail): FieldError => ({
      field: `values[${index}][${found.key}]`,
      type: 'Invalid',
      value,
      detail,
    })),
  );
  refuse(errors);
  return found;
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new RequirementError(fieldErrorsSentence(errors));
}

function exactValue(tokens: TokenStream): string {
  const next = tokens.value().kind;
  if (next === 'end' || next === ',') return '';
  const value = tokens.takeValue();
  if (value.kind !== 'identifier') throw new RequirementError(`found '${value.text}', expected: identifier`);
  return value.text;
}

/** The values between parentheses, sorted and once each; an empty place between commas is the empty value. */
function valueList(tokens: TokenStream): string[] {
  const open = tokens.takeValue();
  if (open.kind !== '(') throw new RequirementError(`found '${open.text}' expected: '('`);
  const values = new Set<string>();
  for (let isPlaceEmpty = true; ;) {
    const token = tokens.takeValue();
    if (token.kind === 'identifier' && isPlaceEmpty) {
      values.add(token.text);
      isPlaceEmpty = false;
    } else if (token.kind === ',') {
      if (isPlaceEmpty) values.add('');
      isPlaceEmpty = true;
    } else if (token.kind === ')') {
      if (isPlaceEmpty) values.add('');
      return [...values].sort();
    } else {
      const expected = isPlaceEmpty ? "',', ')' or identifier" : "',' or ')'";
      throw new RequirementError(`found '${token.text}', expected: ${expected}`);
    }
  }
}

/** Where a value is expected, `in` and `notin` are ordinary words. */
interface TokenStream {
  value(): Token;
  takeValue(): Token;
  takeOperator(): Token;
}

function scan(text: string): TokenStream {
  const tokens = tokenize(text);
  let position = 0;
  const current = (): Token => tokens[position] ?? { kind: 'end', text: '' };
  const asValue = (token: Token): Token =>
    token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
  const take = (): Token => {
    const token = current();
    position += 1;
    return token;
  };
  return { value: () => asValue(current()), takeValue: () => asValue(take()), takeOperator: take };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (BLANK.has(character)) {
      at += 1;
      continue;
    }
    const token = SPECIAL.has(character) ? symbolAt(text, at) : wordAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/** The longest symbol that begins here. */
function symbolAt(text: string, at: number): Token {
  const two = text.slice(at, at + 2);
  if (two.length === 2 && SYMBOLS.has(two)) return { kind: two as TokenKind, text: two };
  const one = text[at]!;
  return { kind: SYMBOLS.has(one) ? (one as TokenKind) : 'error', text: one };
}

function wordAt(text: string, at: number): Token {
  let end = at;
  while (end < text.length && !SPECIAL.has(text[end]!) && !BLANK.has(text[end]!)) end += 1;
  const word = text.slice(at, end);
  return { kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word };
}
