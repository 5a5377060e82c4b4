import { goDurationMs } from '@faktorz/domain';
import type { FieldError } from '../resource-definition.js';
import { badRequest, invalidOptions } from '../status/errors.js';
import { supportedValues } from '../status/field-errors.js';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Query parameters of a write. */
export interface WriteOptions {
  dryRun: boolean;
  fieldManager: string;
  fieldValidation: FieldValidation;
  force?: boolean;
}

const MAX_MANAGER_BYTES = 128;
const FIELD_VALIDATIONS: readonly FieldValidation[] = ['Ignore', 'Strict', 'Warn'];

/**
 * Reads the parameters of a create, update or patch. `kind` is the options object Kubernetes names in its errors
 * (`CreateOptions` …). Throws Invalid (422) for values out of range.
 */
export function parseWriteOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  isApply = false,
): WriteOptions {
  const errors: FieldError[] = [];
  const fieldManager = query.get('fieldManager') ?? '';
  const forceText = query.get('force');
  if (kind === 'PatchOptions') {
    if (isApply && fieldManager === '') {
      errors.push({ field: 'fieldManager', type: 'Required', detail: 'is required for apply patch' });
    } else if (!isApply && forceText !== null) {
      errors.push({ field: 'force', type: 'Forbidden', detail: 'may not be specified for non-apply patch' });
    }
  }
  errors.push(...fieldManagerErrors(fieldManager));
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  errors.push(...dryRunErrors(dryRun));
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (!isFieldValidation(fieldValidation)) {
    errors.push({
      field: 'fieldValidation',
      type: 'NotSupported',
      value: fieldValidation,
      detail: supportedValues(FIELD_VALIDATIONS),
    });
  }
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation as FieldValidation,
    ...(isApply ? { force: isTrue(forceText) } : {}),
  };
}

/** What is wrong with `dryRun`: only `All` exists. */
export function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  return [{ field: 'dryRun', type: 'NotSupported', value: values, detail: supportedValues(['All']) }];
}

/** Who a write's fields belong to: the parameter, else the program's name in the User-Agent. */
export function fieldManagerOf(parameter: string, userAgent: string): string {
  if (parameter !== '') return parameter;
  const program = userAgent.split('/', 1)[0]!.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '');
  return Buffer.from(program).subarray(0, MAX_MANAGER_BYTES).toString() || 'unknown';
}

/** Reads a boolean parameter as Go does; absent and empty are false, a bare name is true. */
export function isTrue(value: string | null): boolean {
  return value !== null && !['', '0', 'false', 'False', 'FALSE', 'f', 'F'].includes(value);
}

/** Reads a whole-number parameter. Throws BadRequest. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** How long a request may take that does not say (`timeout`); watches live longer. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** A timer can wait no longer. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** How long a request may take, in milliseconds: its `timeout` parameter, else a minute. Throws BadRequest. */
export function requestTimeoutMs(query: URLSearchParams): number {
  const text = query.get('timeout');
  if (text === null || text === '') return DEFAULT_TIMEOUT_MS;
  const timeoutMs = goDurationMs(text);
  if (timeoutMs === undefined || timeoutMs < 0) {
    throw badRequest(`invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(text)}`);
  }
  return timeoutMs === 0 ? DEFAULT_TIMEOUT_MS : Math.min(timeoutMs, LONGEST_TIMEOUT_MS);
}

function isFieldValidation(text: string): text is FieldValidation {
  return FIELD_VALIDATIONS.some((known) => known === text);
}

function fieldManagerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > MAX_MANAGER_BYTES) {
    errors.push({ field: 'fieldManager', type: 'TooLong', detail: `may not be more than ${MAX_MANAGER_BYTES} bytes` });
  }
  if (/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(manager)) {
    errors.push({
      field: 'fieldManager',
      type: 'Invalid',
      value: manager,
      detail: 'should only contain printable characters',
    });
  }
  return errors;
}
