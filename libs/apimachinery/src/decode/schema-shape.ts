import type { Schema, SchemaLibrary } from '../schema.js';

const REFERENCE = '#/components/schemas/';

/** A schema with its references followed: what it means for a value. */
export interface Shape {
  schema: Schema;
  /** Name of the component the schema is, when it is one. */
  name?: string;
  /** The schema at the place of use, which may add extensions (`x-kubernetes-patch-strategy` on a property). */
  site: Schema;
}

/** Follows `$ref` and a single-element `allOf`; an unknown or missing schema is free-form. */
export function shapeOf(site: Schema | undefined, schemas: SchemaLibrary): Shape {
  if (!site) return { schema: {}, site: {} };
  const reference = site.$ref ?? site.allOf?.[0]?.$ref;
  if (reference === undefined) return { schema: site, site };
  const name = reference.startsWith(REFERENCE) ? reference.slice(REFERENCE.length) : reference;
  return { schema: Object.hasOwn(schemas, name) ? (schemas[name] ?? {}) : {}, name, site };
}

/** The shape of a component by name. */
export function namedShape(name: string, schemas: SchemaLibrary): Shape {
  return shapeOf({ $ref: REFERENCE + name }, schemas);
}

/** The shape of an object's property: a declared field, or the map's value, or free-form. */
export function fieldShape(shape: Shape, key: string, schemas: SchemaLibrary): Shape | undefined {
  const { properties, additionalProperties } = shape.schema;
  if (properties && Object.hasOwn(properties, key)) return shapeOf(properties[key], schemas);
  return additionalProperties ? shapeOf(additionalProperties, schemas) : undefined;
}

/** Does the schema list its fields (a struct), so that others are unknown? */
export function isStruct(shape: Shape): boolean {
  return shape.schema.properties !== undefined && !preservesUnknown(shape);
}

/** May any content stand here? */
export function preservesUnknown(shape: Shape): boolean {
  return (
    (shape.schema['x-kubernetes-preserve-unknown-fields'] ?? shape.site['x-kubernetes-preserve-unknown-fields']) ===
    true
  );
}

/** How a list's items are told apart when patched or applied. */
export type ListRelation = { kind: 'atomic' } | { kind: 'set' } | { kind: 'map'; keys: readonly string[] };

const ATOMIC: ListRelation = { kind: 'atomic' };

/**
 * `x-kubernetes-list-type` decides; without it, a patch strategy `merge` makes a map by its merge key, or a set
 * (Kubernetes: kube-openapi, schemaconv).
 */
export function listRelation(shape: Shape): ListRelation {
  const extended = { ...shape.schema, ...shape.site };
  switch (extended['x-kubernetes-list-type']) {
    case 'atomic':
      return ATOMIC;
    case 'set':
      return { kind: 'set' };
    case 'map':
      return { kind: 'map', keys: extended['x-kubernetes-list-map-keys'] ?? [] };
    default:
  }
  if (!strategies(shape).includes('merge')) return ATOMIC;
  const key = extended['x-kubernetes-patch-merge-key'];
  return key === undefined ? { kind: 'set' } : { kind: 'map', keys: [key] };
}

/** Is the object here owned and replaced as a whole? */
export function isAtomicMap(shape: Shape): boolean {
  return (shape.site['x-kubernetes-map-type'] ?? shape.schema['x-kubernetes-map-type']) === 'atomic';
}

/** The patch strategies of a place, e.g. `['merge', 'retainKeys']`. */
export function strategies(shape: Shape): readonly string[] {
  return (shape.site['x-kubernetes-patch-strategy'] ?? shape.schema['x-kubernetes-patch-strategy'] ?? '').split(',');
}
