import type { JsonValue } from './json-value.js';
import { shapeOf, type Shape } from './schema-shape.js';
import type { SchemaLibrary } from '../schema.js';

/** The type's name as Go prints it, e.g. `[]v1.TagReference`: clients and people know the messages by it. */
export function goTypeName(shape: Shape, schemas: SchemaLibrary): string {
  if (shape.name !== undefined) return `${shape.name.split('.').at(-2) ?? 'v1'}.${structName(shape.name)}`;
  const { type, format, items, additionalProperties } = shape.schema;
  switch (type) {
    case 'array':
      return `[]${goTypeName(shapeOf(items, schemas), schemas)}`;
    case 'string':
      return format === 'byte' ? '[]uint8' : 'string';
    case 'integer':
      return format === 'int32' ? 'int32' : 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    default:
      return additionalProperties
        ? `map[string]${goTypeName(shapeOf(additionalProperties, schemas), schemas)}`
        : 'map[string]interface {}';
  }
}

/** `ImageStreamSpec` of `com.github.openshift.api.image.v1.ImageStreamSpec`. */
export function structName(component: string): string {
  return component.slice(component.lastIndexOf('.') + 1);
}

/** What a JSON value is called in Go's decoder errors. */
export function goValueKind(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
