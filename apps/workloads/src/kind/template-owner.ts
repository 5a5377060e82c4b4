import { type FieldError, jsonEquals, type JsonValue } from '@faktorz/apimachinery';
import { defaultPodSpec } from '../pod/pod-defaults.js';
import type { Open, PodTemplate, Workload } from '../pod/pod-spec.js';
import { type PodRules, templateErrors } from '../pod/pod-validation.js';
import { type ObjectSelector, selectorErrors, selectorText } from './label-selector.js';
import { ensured, numberAt, specOf } from './workload-kind.js';

/** What the kinds have in common that keep pods of `spec.template`. */

export function templateOf(object: Workload): PodTemplate | undefined {
  return object.spec?.['template'] as PodTemplate | undefined;
}

export function selectorOf(object: Workload): ObjectSelector | undefined {
  return object.spec?.['selector'] as ObjectSelector | undefined;
}

export const selectorTextOf = (object: Workload): string => selectorText(selectorOf(object));

/** Fills the template's defaults. */
export function defaultTemplate(parent: Open): void {
  const template = ensured<PodTemplate>(parent, 'template');
  template.metadata ??= {};
  template.spec ??= {};
  defaultPodSpec(template.spec);
}

/** Fills the template's defaults and the number of replicas. */
export function defaultReplicas(object: Workload): Open {
  const spec = specOf(object);
  spec['replicas'] ??= 1;
  defaultTemplate(spec);
  return spec;
}

/** What is wrong with an object that keeps pods of a template. */
export function templateOwnerErrors(object: Workload, rules: PodRules = { restartPolicies: ['Always'] }): FieldError[] {
  return [
    ...selectorErrors(selectorOf(object), templateOf(object)),
    ...templateErrors(templateOf(object), 'spec.template', rules),
    ...notNegative(object, 'replicas', 'minReadySeconds', 'revisionHistoryLimit'),
  ];
}

/** Numbers of the spec that cannot be below zero. */
export function notNegative(object: Workload, ...names: string[]): FieldError[] {
  return names
    .filter((name) => numberAt(object.spec, name) < 0)
    .map((name) => ({
      field: `spec.${name}`,
      type: 'Invalid',
      value: numberAt(object.spec, name),
      detail: 'must be greater than or equal to 0',
    }));
}

/** Fields of the spec that never change. */
export function immutable(object: Workload, old: Workload | undefined, ...names: string[]): FieldError[] {
  if (!old) return [];
  return names
    .filter((name) => !jsonEquals(valueAt(object, name), valueAt(old, name)))
    .map((name) => ({
      field: `spec.${name}`,
      type: 'Invalid',
      value: object.spec?.[name],
      detail: 'field is immutable',
    }));
}

function valueAt(object: Workload, name: string): JsonValue {
  return (object.spec?.[name] ?? null) as JsonValue;
}
