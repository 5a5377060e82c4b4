/** An OpenAPI 3.0 schema as Kubernetes uses it, with its `x-kubernetes-*` extensions. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  format?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  additionalProperties?: Schema;
  $ref?: string;
  allOf?: readonly Schema[];
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  /**
   * Of this project, never published. What an empty or absent value of this field looks like when the object is written:
   * `omit` leaves `false`, `0`, `""`, `[]`, `{}` and null out; `null` writes null for an absent value.
   */
  'x-faktorz-empty'?: 'omit' | 'null';
  /**
   * Of this project, never published. Fields that managedFields do not record: `true` never, `main` only in writes to a
   * subresource (a computed `status`).
   */
  'x-faktorz-untracked'?: true | 'main';
  'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

/** Named schemas that refer to each other by `$ref: '#/components/schemas/<name>'`. */
export type SchemaLibrary = Readonly<Record<string, Schema>>;
