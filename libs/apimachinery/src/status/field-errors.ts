import type { FieldError } from '../resource-definition.js';
import type { StatusCause } from './api-error.js';

/** A value to print in a field error as it stands, where JSON would not print what Kubernetes prints (`0x0`). */
export class Verbatim {
  constructor(readonly text: string) {}
}

/** How Kubernetes calls each type of field error: in the sentence, and as reason of the `Status` cause. */
const TYPES: Readonly<Record<FieldError['type'], { words: string; cause: string; printsValue: boolean }>> = {
  Required: { words: 'Required value', cause: 'FieldValueRequired', printsValue: false },
  Invalid: { words: 'Invalid value', cause: 'FieldValueInvalid', printsValue: true },
  NotSupported: { words: 'Unsupported value', cause: 'FieldValueNotSupported', printsValue: true },
  Forbidden: { words: 'Forbidden', cause: 'FieldValueForbidden', printsValue: false },
  NotFound: { words: 'Not found', cause: 'FieldValueNotFound', printsValue: true },
  Duplicate: { words: 'Duplicate value', cause: 'FieldValueDuplicate', printsValue: true },
  TooLong: { words: 'Too long', cause: 'FieldValueTooLong', printsValue: false },
  TypeInvalid: { words: 'Invalid value', cause: 'FieldValueTypeInvalid', printsValue: true },
  InternalError: { words: 'Internal error', cause: 'InternalError', printsValue: false },
};

/** The sentence after the field's path: `Invalid value: "x": must be y`. */
export function fieldErrorBody(error: FieldError): string {
  const { words, printsValue } = TYPES[error.type];
  const parts = [words];
  if (printsValue) parts.push(printedValue(error.value));
  if (error.detail !== '') parts.push(error.detail);
  return parts.join(': ');
}

/** The causes of a `Status` of reason Invalid, one for each field error. */
export function causesOf(errors: readonly FieldError[]): StatusCause[] {
  return errors.map((error) => ({
    reason: TYPES[error.type].cause,
    message: fieldErrorBody(error),
    field: error.field,
  }));
}

/** All field errors in one sentence: one as it is, several as `[a, b]`, equal ones once. */
export function fieldErrorsSentence(errors: readonly FieldError[]): string {
  const sentences = [...new Set(errors.map((error) => `${error.field}: ${fieldErrorBody(error)}`))];
  return sentences.length === 1 ? sentences[0]! : `[${sentences.join(', ')}]`;
}

function printedValue(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value);
}

/** The detail of a `NotSupported` error: `supported values: "a", "b"`. */
export function supportedValues(values: readonly string[]): string {
  return `supported values: ${values.map((value) => JSON.stringify(value)).join(', ')}`;
}
