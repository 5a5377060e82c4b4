/** One requirement of a label selector (`app in (a,b)`, `!legacy`, …). */
export interface LabelRequirement {
  key: string;
  operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!';
  values: readonly string[];
}
export type LabelSelector = readonly LabelRequirement[];

/** One requirement of a field selector: `metadata.name=x` or `status.phase!=Active`. */
export interface FieldRequirement {
  field: string;
  operator: '=' | '!=';
  value: string;
}
export type FieldSelector = readonly FieldRequirement[];
