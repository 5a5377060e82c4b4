import { type FieldError, matchesLabels, parseLabelSelector } from '@faktorz/apimachinery';
import type { PodTemplate } from '../pod/pod-spec.js';

/** `metav1.LabelSelector`. */
export interface ObjectSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key?: string; operator?: string; values?: string[] }[];
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** The selector as a query: `app=web,tier in (a,b)`; empty when it selects nothing. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: ObjectSelector = {}): string {
  return [
    ...Object.keys(matchLabels)
      .sort()
      .map((key) => `${key}=${matchLabels[key]}`),
    ...matchExpressions.map(requirementText),
  ].join(',');
}

/** A map of labels as a query. */
export function labelsText(labels: Record<string, string> | undefined): string {
  return selectorText(labels && { matchLabels: labels });
}

/** What is wrong with a selector that has to find the pods of a template. */
export function selectorErrors(
  selector: ObjectSelector | undefined,
  template: PodTemplate | undefined,
  path = 'spec',
): FieldError[] {
  const field = `${path}.selector`;
  if (selector === undefined) return [{ field, type: 'Required', detail: '' }];
  const bad = (selector.matchExpressions ?? []).flatMap(({ operator = '' }, index): FieldError[] =>
    OPERATORS.includes(operator)
      ? []
      : [
          {
            field: `${field}.matchExpressions[${index}].operator`,
            type: 'Invalid',
            value: operator,
            detail: 'not a valid selector operator',
          },
        ],
  );
  if (bad.length > 0) return bad;
  const text = selectorText(selector);
  if (text === '') {
    return [{ field, type: 'Invalid', value: selector, detail: 'empty selector selects nothing' }];
  }
  try {
    if (matchesLabels(parseLabelSelector(text), template?.metadata?.labels ?? {})) return [];
  } catch (error) {
    return [{ field, type: 'Invalid', value: text, detail: error instanceof Error ? error.message : 'invalid' }];
  }
  const labels = template?.metadata?.labels ?? {};
  const detail = '`selector` does not match template `labels`';
  return [{ field: `${path}.template.metadata.labels`, type: 'Invalid', value: labels, detail }];
}

function requirementText({
  key = '',
  operator,
  values = [],
}: {
  key?: string;
  operator?: string;
  values?: string[];
}): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}
