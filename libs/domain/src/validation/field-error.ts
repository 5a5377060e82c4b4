/** One thing wrong with one field, as Kubernetes' `field.Error`; the API server makes Status causes of it. */
export interface FieldError {
  /** Path such as `spec.tags[1.0].from.kind`. */
  field: string;
  type: FieldErrorType;
  /** The offending value, printed in the message as Kubernetes does. */
  value?: unknown;
  detail: string;
}

export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'NotSupported'
  | 'Forbidden'
  | 'NotFound'
  | 'Duplicate'
  | 'TooLong'
  | 'TypeInvalid'
  | 'InternalError';

const TITLE: Readonly<Record<FieldErrorType, string>> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  NotSupported: 'Unsupported value',
  Forbidden: 'Forbidden',
  NotFound: 'Not found',
  Duplicate: 'Duplicate value',
  TooLong: 'Too long',
  TypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

/** Types whose message shows no value. */
const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set(['Required', 'Forbidden', 'TooLong', 'InternalError']);

/** The error as one line: `spec.tags[1.0].from.name: Invalid value: "": …`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${fieldErrorMessage(error)}`;
}

/** The message of the cause, without the field. */
export function fieldErrorMessage({ type, value, detail }: FieldError): string {
  const parts: string[] = [TITLE[type]];
  if (!WITHOUT_VALUE.has(type)) parts.push(JSON.stringify(value) ?? 'null');
  if (detail) parts.push(detail);
  return parts.join(': ');
}

/** Several errors as Kubernetes prints an aggregate: alone as it is, more in brackets, repeated texts once. */
export function fieldErrorsText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorText))];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}
