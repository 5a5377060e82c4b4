import type { FieldError, KubeObject } from '@faktorz/apimachinery';
import { quantityValue } from '@faktorz/domain';

type Amounts = Record<string, string | number>;

export interface LimitRangeItem {
  type?: string;
  max?: Amounts;
  min?: Amounts;
  default?: Amounts;
  defaultRequest?: Amounts;
  maxLimitRequestRatio?: Amounts;
}

export interface LimitRange extends KubeObject {
  spec?: { limits?: LimitRangeItem[] | null };
}

export interface ResourceQuota extends KubeObject {
  spec?: { hard?: Amounts; scopes?: string[]; scopeSelector?: object };
}

/** The field that must not be greater than the other. */
const ORDERED = [
  ['min', 'max'],
  ['min', 'default'],
  ['default', 'max'],
  ['min', 'defaultRequest'],
  ['defaultRequest', 'max'],
  ['defaultRequest', 'default'],
] as const satisfies readonly (readonly [keyof LimitRangeItem, keyof LimitRangeItem])[];
const AMOUNTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
const TYPE = /^(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const seen = new Set<string>();
  return (spec?.limits ?? []).flatMap((item, index) => {
    const field = `spec.limits[${index}]`;
    const { type = '' } = item;
    if (!TYPE.test(type)) return [typeError(`${field}.type`, type)];
    const duplicate: FieldError[] = seen.has(type)
      ? [{ field: `${field}.type`, type: 'Duplicate', value: type, detail: '' }]
      : [];
    seen.add(type);
    const errors = AMOUNTS.flatMap((name) => amountErrors(item[name], `${field}.${name}`));
    return [...duplicate, ...errors, ...orderErrors(item, field)];
  });
}

export function validateResourceQuota({ spec }: ResourceQuota): FieldError[] {
  return amountErrors(spec?.hard, 'spec.hard');
}

function typeError(field: string, type: string): FieldError {
  if (type === '') return { field, type: 'Required', detail: 'the type of object that is limited' };
  return { field, type: 'Invalid', value: type, detail: 'must be a qualified name, e.g. openshift.io/ImageStream' };
}

function amountErrors(amounts: Amounts | undefined, field: string): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([resource, quantity]): FieldError[] => {
    const value = quantityValue(quantity);
    const at = { field: `${field}[${resource}]`, type: 'Invalid', value: quantity } as const;
    if (value === undefined) return [{ ...at, detail: 'must be a quantity, e.g. 10, 500m or 1Gi' }];
    return value < 0 ? [{ ...at, detail: 'must be greater than or equal to 0' }] : [];
  });
}

function orderErrors(item: LimitRangeItem, field: string): FieldError[] {
  return ORDERED.flatMap(([lower, upper]) =>
    Object.entries(item[lower] ?? {}).flatMap(([resource, quantity]): FieldError[] => {
      const limit = item[upper]?.[resource];
      if (limit === undefined || !(quantityValue(quantity)! > quantityValue(limit)!)) return [];
      const detail = `${lower} value ${quantity} is greater than ${upper} value ${limit}`;
      return [{ field: `${field}.${lower}[${resource}]`, type: 'Invalid', value: quantity, detail }];
    }),
  );
}
