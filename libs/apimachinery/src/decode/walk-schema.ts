import type { SchemaLibrary } from '../schema.js';
import { DecodingError } from './decoding-error.js';
import { goTypeName, goValueKind, structName } from './go-type.js';
import { isJsonObject, setOwn, type JsonObject, type JsonValue } from './json-value.js';
import { fieldShape, isStruct, preservesUnknown, shapeOf, type Shape } from './schema-shape.js';
import { timeProblem } from './time-format.js';

/** Where in the type the walk is: the innermost struct and the path of its fields, as Go's decoder names them. */
interface Place {
  struct: string;
  field: string;
}

/** The value as its schema allows it. */
export interface Typed {
  value: JsonValue;
  /** Paths of fields the schema does not know; they are not in `value`. */
  unknown: string[];
}

/**
 * Reads a JSON value as the type its schema describes: unknown fields are dropped and named, nulls mean "absent", and
 * fields that are not written when empty are left out.
 * @throws DecodingError for a value of the wrong type, in the words of Go's decoder
 */
export function readAs(value: JsonValue, shape: Shape, schemas: SchemaLibrary): Typed {
  const walk = new SchemaWalk(schemas);
  const typed = walk.read(value, shape, { struct: '', field: '' }, '');
  return { value: typed ?? {}, unknown: walk.unknown };
}

class SchemaWalk {
  readonly unknown: string[] = [];

  constructor(private readonly schemas: SchemaLibrary) {}

  read(value: JsonValue, shape: Shape, place: Place, path: string): JsonValue {
    if (value === null || preservesUnknown(shape)) return value;
    if (shape.schema['x-kubernetes-int-or-string'] || shape.schema.format === 'int-or-string')
      return this.intOrString(value, shape, place);
    switch (shape.schema.type) {
      case 'string':
        return this.string(value, shape, place);
      case 'integer':
      case 'number':
        return this.number(value, shape, place);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.refuse(value, shape, place);
      case 'array':
        return Array.isArray(value) ? this.array(value, shape, place, path) : this.refuse(value, shape, place);
      case 'object':
        return isJsonObject(value) ? this.object(value, shape, place, path) : this.refuse(value, shape, place);
      default:
        return value;
    }
  }

  private array(items: JsonValue[], shape: Shape, place: Place, path: string): JsonValue[] {
    const item = shapeOf(shape.schema.items, this.schemas);
    return items.map((value, at) => this.read(value, item, place, `${path}[${at}]`) ?? zeroOf(item));
  }

  private object(object: JsonObject, shape: Shape, place: Place, path: string): JsonObject {
    return isStruct(shape) ? this.struct(object, shape, place, path) : this.map(object, shape, place, path);
  }

  private struct(object: JsonObject, shape: Shape, place: Place, path: string): JsonObject {
    const struct = shape.name === undefined ? place.struct : structName(shape.name);
    const typed: JsonObject = {};
    for (const key of Object.keys(object)) {
      const at = path === '' ? key : `${path}.${key}`;
      const field = fieldShape(shape, key, this.schemas);
      if (!field) {
        this.unknown.push(at);
        continue;
      }
      const name = place.field === '' ? key : `${place.field}.${key}`;
      const value = this.read(object[key] ?? null, field, { struct, field: name }, at);
      if (isWritten(value, field)) setOwn(typed, key, value);
    }
    return typed;
  }

  private map(object: JsonObject, shape: Shape, place: Place, path: string): JsonObject {
    const { additionalProperties } = shape.schema;
    if (!additionalProperties) return object;
    const item = shapeOf(additionalProperties, this.schemas);
    const typed: JsonObject = {};
    for (const key of Object.keys(object)) {
      const value = this.read(object[key] ?? null, item, place, `${path}.${key}`);
      setOwn(typed, key, value ?? zeroOf(item));
    }
    return typed;
  }

  private string(value: JsonValue, shape: Shape, place: Place): JsonValue {
    if (typeof value !== 'string') {
      return typeof value === 'number' && isQuantity(shape) ? String(value) : this.refuse(value, shape, place);
    }
    const problem = formatProblem(value, shape);
    if (problem) throw new DecodingError(problem);
    return value;
  }

  private number(value: JsonValue, shape: Shape, place: Place): JsonValue {
    if (typeof value !== 'number') return this.refuse(value, shape, place);
    const { type, format } = shape.schema;
    if (type === 'integer' && !isInteger(value, format)) return this.refuse(value, shape, place, `number ${value}`);
    return value;
  }

  private intOrString(value: JsonValue, shape: Shape, place: Place): JsonValue {
    if (typeof value === 'string') return value;
    return typeof value === 'number' && isInteger(value, 'int32') ? value : this.refuse(value, shape, place);
  }

  private refuse(value: JsonValue, shape: Shape, place: Place, what = goValueKind(value)): never {
    const type = goTypeName(shape, this.schemas);
    const where = place.field === '' ? 'Go value' : `Go struct field ${place.struct}.${place.field}`;
    throw new DecodingError(`json: cannot unmarshal ${what} into ${where} of type ${type}`);
  }
}

function isWritten(value: JsonValue, field: Shape): boolean {
  const empty = field.site['x-faktorz-empty'];
  if (value === null) return empty === 'null';
  return empty !== 'omit' || !isEmpty(value);
}

/** False, zero, "" and collections without content: what Go leaves out of a field marked `omitempty`. */
export function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return !value;
}

/** What Go makes of a null inside a list or map. */
function zeroOf(shape: Shape): JsonValue {
  switch (shape.schema.type) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'object':
      return isStruct(shape) ? {} : null;
    default:
      return null;
  }
}

function isInteger(value: number, format: string | undefined): boolean {
  if (!Number.isInteger(value)) return false;
  return format === 'int32' ? value >= -(2 ** 31) && value < 2 ** 31 : value >= -(2 ** 63) && value < 2 ** 63;
}

function isQuantity(shape: Shape): boolean {
  return shape.name?.endsWith('.resource.Quantity') ?? false;
}

function formatProblem(value: string, shape: Shape): string | undefined {
  if (shape.schema.format === 'byte') return base64Problem(value);
  return shape.schema.format === 'date-time' ? timeProblem(value) : undefined;
}

function base64Problem(text: string): string | undefined {
  const plain = text.replaceAll(/[\r\n]/g, '');
  const valid = /^[A-Za-z0-9+/]*={0,2}/.exec(plain)?.[0] ?? '';
  if (valid.length === plain.length && plain.length % 4 === 0) return undefined;
  return `illegal base64 data at input byte ${valid.length === plain.length ? Math.max(0, plain.length - (plain.length % 4)) : valid.length}`;
}
