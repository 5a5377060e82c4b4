import type { ResourceDefinition } from '../resource-definition.js';
import type { Schema } from '../schema.js';

const REFERENCE = '#/components/schemas/';

/** A schema as it is published. */
export type PublishedSchema = Record<string, unknown>;

/** Components that operations of every resource use. */
const ALWAYS = ['DeleteOptions', 'Patch', 'Status', 'WatchEvent'].map(
  (name) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`,
);

/** The components the resources use, directly or through others, by name, sorted. */
export function componentsOf(definitions: readonly ResourceDefinition[]): Map<string, Schema> {
  const found = new Map<string, Schema>();
  for (const { schema, listSchema, schemas, subresources = [] } of definitions) {
    const roots = [
      schema,
      listSchema ?? `${schema}List`,
      ...subresources.map((subresource) => subresource.schema),
      ...ALWAYS,
    ];
    const pending = [...roots];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const component = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
      if (!component || found.has(name)) continue;
      found.set(name, component);
      pending.push(...referencesOf(component));
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function referencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner.slice(REFERENCE.length)] : referencesOf(inner),
  );
}

/** OpenAPI 3.0: as it is, without what only this project understands. */
export function schemaV3(schema: Schema): PublishedSchema {
  return mapSchema(schema, schemaV3, (published) => {
    if (schema['x-kubernetes-int-or-string']) return { ...published, oneOf: [{ type: 'integer' }, { type: 'string' }] };
    return published;
  });
}

/** OpenAPI 2.0: references without wrapping, no defaults, under `#/definitions/`. */
export function schemaV2(schema: Schema): PublishedSchema {
  return mapSchema(schema, schemaV2, ({ default: _, allOf: __, ...published }) => {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (reference !== undefined) return { ...published, $ref: `#/definitions/${reference.slice(REFERENCE.length)}` };
    return schema['x-kubernetes-int-or-string'] ? { ...published, type: 'string' } : published;
  });
}

function mapSchema(
  schema: Schema,
  inner: (schema: Schema) => PublishedSchema,
  finish: (published: PublishedSchema) => PublishedSchema,
): PublishedSchema {
  const { properties, items, additionalProperties, ...plain } = schema;
  const published: PublishedSchema = Object.fromEntries(
    Object.entries(plain).filter(([key]) => !key.startsWith('x-faktorz-') && key !== 'x-kubernetes-int-or-string'),
  );
  if (properties) {
    published['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, inner(property)]),
    );
  }
  if (items) published['items'] = inner(items);
  if (additionalProperties) published['additionalProperties'] = inner(additionalProperties);
  return finish(published);
}
