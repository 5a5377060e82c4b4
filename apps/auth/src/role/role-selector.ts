import { labelKeyProblems, labelValueProblems, type FieldError } from '@faktorz/apimachinery';
import type { LabelSelectorSpec } from '../access/rbac.js';

/** What is wrong with a selector of an aggregation rule. */
export function validateRoleSelector(
  { matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec,
  field: string,
): FieldError[] {
  const labels = Object.entries(matchLabels).flatMap(([key, value]) => [
    ...invalid(`${field}.matchLabels`, key, labelKeyProblems(key)),
    ...invalid(`${field}.matchLabels`, value, labelValueProblems(value)),
  ]);
  const requirements = matchExpressions.flatMap(({ key = '', operator, values }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    return [
      ...validateOperator(operator, values ?? [], at),
      ...invalid(`${at}.key`, key, labelKeyProblems(key)),
      ...(values ?? []).flatMap((value, i) => invalid(`${at}.values[${i}]`, value, labelValueProblems(value))),
    ];
  });
  return [...labels, ...requirements];
}

function validateOperator(operator = '', values: readonly string[], at: string): FieldError[] {
  const field = `${at}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return [];
      return [{ field, type: 'Required', detail: "must be specified when `operator` is 'In' or 'NotIn'" }];
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return [];
      return [
        { field, type: 'Forbidden', detail: "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" },
      ];
    default:
      return invalid(`${at}.operator`, operator, ['not a valid selector operator']);
  }
}

function invalid(field: string, value: string, problems: readonly string[]): FieldError[] {
  return problems.map((detail) => ({ field, type: 'Invalid', value, detail }));
}
