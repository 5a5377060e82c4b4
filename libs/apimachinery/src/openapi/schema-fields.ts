import type { Schema } from '../schema.js';

const REFERENCE = '#/components/schemas/';

/**
 * Builds the fields of Kubernetes-style schemas. A `required…` field is always written (its zero is the `default`), the
 * others are left out when empty, as with Go's `omitempty`.
 */
export const fieldOf = {
  text: (description: string, format?: string): Schema => ({
    type: 'string',
    ...(format ? { format } : {}),
    description,
    ...OMIT,
  }),
  requiredText: (description: string): Schema => ({ type: 'string', description, default: '' }),
  flag: (description: string): Schema => ({ type: 'boolean', description, ...OMIT }),
  requiredFlag: (description: string): Schema => ({ type: 'boolean', description, default: false }),
  /** A boolean whose `false` is written (a pointer in Go). */
  optionalFlag: (description: string): Schema => ({ type: 'boolean', description }),
  number: (description: string, format: 'int64' | 'int32' = 'int64'): Schema => ({
    type: 'integer',
    format,
    description,
    ...OMIT,
  }),
  requiredNumber: (description: string, format: 'int64' | 'int32' = 'int64'): Schema => ({
    type: 'integer',
    format,
    description,
    default: 0,
  }),
  /** A number whose zero is written (a pointer in Go). */
  optionalNumber: (description: string, format: 'int64' | 'int32' = 'int64'): Schema => ({
    type: 'integer',
    format,
    description,
  }),
  bytes: (description: string): Schema => ({ type: 'string', format: 'byte', description }),
  /** A part that is always there, at least empty. */
  part: (component: string, description: string): Schema => ({
    description,
    default: {},
    allOf: [{ $ref: REFERENCE + component }],
  }),
  /** A part that may be missing. */
  optionalPart: (component: string, description: string): Schema => ({
    description,
    allOf: [{ $ref: REFERENCE + component }],
  }),
  listOf: (component: string, description: string): Schema => ({ ...requiredList(component, description), ...OMIT }),
  requiredListOf: (component: string, description: string): Schema => requiredList(component, description),
  texts: (description: string): Schema => ({
    type: 'array',
    description,
    items: { type: 'string', default: '' },
    ...OMIT,
  }),
  textMap: (description: string): Schema => ({
    type: 'object',
    description,
    additionalProperties: { type: 'string', default: '' },
    ...OMIT,
  }),
  bytesMap: (description: string): Schema => ({
    type: 'object',
    description,
    additionalProperties: { type: 'string', format: 'byte' },
    ...OMIT,
  }),
  mapOf: (component: string, description: string): Schema => ({
    type: 'object',
    description,
    additionalProperties: { default: {}, allOf: [{ $ref: REFERENCE + component }] },
  }),
  /** Written as null when there is none. */
  orNull: (schema: Schema): Schema => ({ ...without(schema), 'x-faktorz-empty': 'null' }),
  /** Items are merged by this key when patched and owned one by one. */
  mergedBy: (key: string, schema: Schema): Schema => ({
    ...schema,
    'x-kubernetes-patch-merge-key': key,
    'x-kubernetes-patch-strategy': 'merge',
  }),
  /** Computed: only writes to a subresource set it. */
  computed: (schema: Schema): Schema => ({ ...schema, 'x-faktorz-untracked': 'main' }),
} as const;

const OMIT = { 'x-faktorz-empty': 'omit' } as const;

function requiredList(component: string, description: string): Schema {
  return { type: 'array', description, items: { default: {}, allOf: [{ $ref: REFERENCE + component }] } };
}

function without({ 'x-faktorz-empty': _, ...schema }: Schema): Schema {
  return schema;
}

/** Properties in the order of their names, as Kubernetes prints them. */
function sorted(properties: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A struct: its fields and which of them a client has to give. */
export function structSchema(
  description: string,
  properties: Record<string, Schema>,
  required: readonly string[] = [],
): Schema {
  return { type: 'object', description, ...(required.length > 0 ? { required } : {}), properties: sorted(properties) };
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

const typeFields = {
  apiVersion: fieldOf.text('Group and version of the API this object is written in.'),
  kind: fieldOf.text('Which kind of object this is.'),
};

/** What a kind is called in the API. */
export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** A kind: a struct with apiVersion, kind and object metadata. */
export function kindSchema(
  about: { description: string; kinds: readonly GroupVersionKind[]; required?: readonly string[] },
  properties: Record<string, Schema>,
): Schema {
  const metadata = fieldOf.part(
    `${META}.ObjectMeta`,
    'Name, labels, annotations and what the server keeps about the object.',
  );
  return {
    ...structSchema(about.description, { ...typeFields, metadata, ...properties }, about.required),
    'x-kubernetes-group-version-kind': about.kinds,
  };
}

/** The list of a kind. */
export function listSchema(description: string, item: string, kinds: readonly GroupVersionKind[]): Schema {
  const properties = {
    ...typeFields,
    metadata: fieldOf.part(`${META}.ListMeta`, 'Version of the list, and where the next page begins.'),
    items: fieldOf.requiredListOf(item, 'The objects.'),
  };
  return { ...structSchema(description, properties, ['items']), 'x-kubernetes-group-version-kind': kinds };
}
