import type { LabelRequirement, LabelSelector } from '@faktorz/apimachinery';

/** A label selector as SQL on a jsonb column; `parameter` adds a value and returns its placeholder. */
export function labelConditions(
  selector: LabelSelector,
  column: string,
  parameter: (value: unknown) => string,
): string[] {
  return selector.map((requirement) => labelCondition(requirement, column, parameter));
}

/** As in Kubernetes, `!=` and `notin` also match objects without the label. */
function labelCondition(
  { key, operator, values }: LabelRequirement,
  column: string,
  parameter: (value: unknown) => string,
): string {
  const label = () => `${column} ->> ${parameter(key)}::text`;
  switch (operator) {
    case '=':
      return `${column} @> ${parameter(JSON.stringify({ [key]: values[0] ?? '' }))}::jsonb`;
    case '!=':
      return `(${label()}) IS DISTINCT FROM ${parameter(values[0] ?? '')}::text`;
    case 'in':
      return `(${label()}) = ANY(${parameter(values)}::text[])`;
    case 'notin':
      return `coalesce((${label()}) <> ALL(${parameter(values)}::text[]), true)`;
    case 'exists':
      return `${column} ? ${parameter(key)}::text`;
    case '!':
      return `NOT (${column} ? ${parameter(key)}::text)`;
  }
}
