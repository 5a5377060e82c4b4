import {
  fieldOf,
  kindSchema,
  listSchema,
  metaSchemas,
  structSchema,
  type Schema,
  type SchemaLibrary,
} from '@faktorz/apimachinery';

/** Short words for the schemas of auth's own kinds, beside those of `fieldOf`. Descriptions are what `kubectl explain` prints. */
export const { text, part, optionalPart } = fieldOf;
export const flag = fieldOf.optionalFlag;
export const int64 = (description: string): Schema => fieldOf.optionalNumber(description, 'int64');
export const mapOf = (values: Schema, description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: values,
  ...OMIT,
});
/** A list that is one field for those who share an object: nobody owns single entries. */
export const listOf = (component: string, description: string): Schema => ({
  ...fieldOf.listOf(component, description),
  ...ATOMIC,
});
export const texts = (description: string): Schema => ({ ...fieldOf.texts(description), ...ATOMIC });
export const object = structSchema;
/** Any object, of which nothing more is known. */
export const anyObject = (description: string): Schema => ({
  type: 'object',
  description,
  'x-kubernetes-preserve-unknown-fields': true,
});
/** Written as null when it is missing. */
export const orNull = fieldOf.orNull;
/** Set by the server alone. */
export const computed = fieldOf.computed;
/** A reference to another thing: always changed as a whole. */
export const reference = (
  description: string,
  properties: Record<string, Schema>,
  required: readonly string[],
): Schema => ({
  ...structSchema(description, properties, required),
  'x-kubernetes-map-type': 'atomic',
});

const OMIT = { 'x-faktorz-empty': 'omit' } as const;
const ATOMIC = { 'x-kubernetes-list-type': 'atomic' } as const;

export const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
export const time = (description: string): Schema => fieldOf.optionalPart(`${META}.Time`, description);

interface KindOfSchema {
  /** Full name in the library. */
  name: string;
  group: string;
  kind: string;
  description: string;
  properties: Record<string, Schema>;
  required?: readonly string[];
}

/** The schemas of a kind of version v1 and of its list, and those they refer to. */
export function kindSchemas({ name, group, kind, description, properties, required }: KindOfSchema): SchemaLibrary {
  return {
    ...metaSchemas,
    [name]: kindSchema({ description, required, kinds: [{ group, version: 'v1', kind }] }, properties),
    [`${name}List`]: listSchema(`A list of ${kind} objects.`, name, [{ group, version: 'v1', kind: `${kind}List` }]),
  };
}
