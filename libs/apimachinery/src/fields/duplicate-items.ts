import { isJsonObject, type JsonValue } from '../decode/json-value.js';
import { fieldShape, listRelation, shapeOf, type Shape } from '../decode/schema-shape.js';
import type { SchemaLibrary } from '../schema.js';
import { itemsByElement } from './list-items.js';
import { pathText } from './path-text.js';

/** The first keyed list or set with two items of one key, in words: `.spec.tags: duplicate entries for key [name="a"]`. */
export function findDuplicate(value: JsonValue, shape: Shape, schemas: SchemaLibrary, path = ''): string | undefined {
  if (Array.isArray(value)) return inList(value, shape, schemas, path);
  if (!isJsonObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    const field = fieldShape(shape, key, schemas);
    const found = field && findDuplicate(value[key] ?? null, field, schemas, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inList(list: JsonValue[], shape: Shape, schemas: SchemaLibrary, path: string): string | undefined {
  const relation = listRelation(shape);
  if (relation.kind === 'atomic') return undefined;
  const item = shapeOf(shape.schema.items, schemas);
  for (const [element, items] of itemsByElement(list, relation, item, schemas)) {
    const at = pathText([element]);
    if (items.length > 1) return `${path}: duplicate entries for key ${at}`;
    const found = findDuplicate(items[0] ?? null, item, schemas, path + at);
    if (found !== undefined) return found;
  }
  return undefined;
}
