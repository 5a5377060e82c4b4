import type { KubeObject } from '../kube-object.js';
import type { SelectableFields } from '../resource-definition.js';
import type { FieldRequirement, FieldSelector } from '../selectors.js';
import { badRequest } from '../status/errors.js';

/**
 * Reads `fieldSelector` (`metadata.name=x,status.phase!=Active`; `\,`, `\=` and `\\` stand for themselves).
 * Throws `ApiError` BadRequest.
 */
export function parseFieldSelector(text: string): FieldSelector {
  return splitTerms(text)
    .filter((term) => term !== '')
    .map((term) => requirement(term, text));
}

/** What a resource can be selected by, and what to say of anything else. */
export interface SelectableResource<T extends KubeObject> {
  fields?: SelectableFields<T>;
  unknownFieldMessage?(field: string): string;
}

/** Throws BadRequest if the selector names a field that this resource cannot be selected by. */
export function checkFieldSelector<T extends KubeObject>(
  selector: FieldSelector,
  resource: SelectableResource<T>,
): void {
  for (const { field } of selector) {
    if (field === 'metadata.name' || field === 'metadata.namespace') continue;
    if (resource.fields && Object.hasOwn(resource.fields, field)) continue;
    throw badRequest(resource.unknownFieldMessage?.(field) ?? `field label not supported: ${field}`);
  }
}

/** Does the object fulfil every requirement? */
export function matchesFields<T extends KubeObject>(
  selector: FieldSelector,
  object: T,
  fields: SelectableFields<T> = {},
): boolean {
  return selector.every(
    ({ field, operator, value }) => (fieldOf(object, field, fields) === value) === (operator === '='),
  );
}

/** The value a selector fixes a field to, if it does. */
export function fixedValue(selector: FieldSelector, field: string): string | undefined {
  return selector.find((requirement) => requirement.field === field && requirement.operator === '=')?.value;
}

function fieldOf<T extends KubeObject>(object: T, field: string, fields: SelectableFields<T>): string {
  if (field === 'metadata.name') return object.metadata.name;
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return fields[field]?.(object) ?? '';
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ',') {
      terms.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...terms, text.slice(start)];
}

function requirement(term: string, whole: string): FieldRequirement {
  for (let at = 0; at < term.length; at += 1) {
    if (term[at] === '\\') {
      at += 1;
      continue;
    }
    const symbol = ['!=', '==', '='].find((candidate) => term.startsWith(candidate, at));
    if (symbol !== undefined) {
      const field = term.slice(0, at);
      return { field, operator: symbol === '!=' ? '!=' : '=', value: unescape(term.slice(at + symbol.length), whole) };
    }
  }
  throw badRequest(`invalid selector: '${whole}'; can't understand '${term}'`);
}

function unescape(value: string, whole: string): string {
  let plain = '';
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at]!;
    if (character === '=') throw badRequest(`invalid selector: '${whole}'; unescaped '=' in value '${value}'`);
    if (character !== '\\') {
      plain += character;
      continue;
    }
    at += 1;
    const escaped = value[at];
    if (escaped === undefined || !',=\\'.includes(escaped)) {
      throw badRequest(`invalid selector: '${whole}'; invalid escape sequence in value '${value}'`);
    }
    plain += escaped;
  }
  return plain;
}
