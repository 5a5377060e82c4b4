import { EMBEDDED, JSON_NAMES, OMITTED_WHEN_ZERO } from '../decode/protobuf/go-fields.js';
import { type MessageField, readMessageTable } from '../decode/protobuf/message-fields.js';
import type { Schema, SchemaLibrary } from '../schema.js';
import { fieldOf, structSchema } from './schema-fields.js';

/** What a table of messages does not say about its fields, each named `Message.field`. */
export interface MessageTraits {
  /** Fields a client has to give, by message; lists among them are always there, at least as null. */
  required?: Readonly<Record<string, readonly string[]>>;
  /** Lists whose items are merged and owned one by one: the keys that tell items apart, the merge key first. */
  merged?: Readonly<Record<string, readonly string[]>>;
  /** Structs that are always changed as a whole. */
  atomic?: ReadonlySet<string>;
  /** Fields of which a patch names all that stays (`retainKeys`). */
  retained?: ReadonlySet<string>;
  /** Structs that are always there, at least empty. */
  present?: ReadonlySet<string>;
  /** Fields that are written when empty, although others of their type or name are not. */
  emptyWritten?: ReadonlySet<string>;
  /** Only writes to a subresource set them. */
  computed?: ReadonlySet<string>;
  /** Values that stand in for absent ones when items are told apart. */
  defaults?: Readonly<Record<string, string>>;
  /** What `kubectl explain` prints, by message or field. */
  descriptions?: Readonly<Record<string, string>>;
}

export interface MessagePackages {
  /** Tables of messages by package, e.g. `apps.v1`. */
  tables: Readonly<Record<string, string>>;
  /** What the components of a package are called: `io.k8s.api.apps.v1`. */
  names: Readonly<Record<string, string>>;
  traits: MessageTraits;
}

const REFERENCE = '#/components/schemas/';
const SCALARS: Readonly<Record<string, (description: string) => Schema>> = {
  string: (description) => fieldOf.text(description),
  bytes: (description) => fieldOf.bytes(description),
  bool: (description) => fieldOf.optionalFlag(description),
  int32: (description) => fieldOf.optionalNumber(description, 'int32'),
  int64: (description) => fieldOf.optionalNumber(description),
};

/**
 * The schemas of all messages of some packages, as Kubernetes publishes those of its Go structs. Messages of packages
 * without a table are referred to and have to be in the library from elsewhere (`metaSchemas`).
 */
export function messageSchemas(packages: MessagePackages): SchemaLibrary {
  const library: Record<string, Schema> = {};
  for (const [name, table] of Object.entries(packages.tables)) {
    const messages = new Map(readMessageTable(table));
    const reader = new MessageReader(name, messages, packages);
    for (const message of messages.keys()) library[componentName(packages, name, message)] = reader.struct(message);
  }
  return library;
}

class MessageReader {
  constructor(
    private readonly packageName: string,
    private readonly messages: ReadonlyMap<string, readonly MessageField[]>,
    private readonly packages: MessagePackages,
  ) {}

  struct(message: string): Schema {
    const { traits } = this.packages;
    const schema = structSchema(
      traits.descriptions?.[message] ?? words(message),
      Object.fromEntries(this.properties(message, message)),
      traits.required?.[message],
    );
    return traits.atomic?.has(message) ? { ...schema, 'x-kubernetes-map-type': 'atomic' } : schema;
  }

  /** Properties of a message; those of structs it embeds count as its own. */
  private properties(message: string, owner: string): [string, Schema][] {
    return (this.messages.get(message) ?? []).flatMap((field): [string, Schema][] => {
      if (EMBEDDED.has(field.name)) return this.properties(field.type, owner);
      const name = JSON_NAMES[field.name] ?? field.name;
      return [[name, this.property(field, `${owner}.${name}`)]];
    });
  }

  private property(field: MessageField, path: string): Schema {
    const { traits } = this.packages;
    const description = traits.descriptions?.[path] ?? words(field.name);
    const schema = this.typed(field, path, description);
    const retained = traits.retained?.has(path) ? { 'x-kubernetes-patch-strategy': patchStrategy(schema) } : {};
    const fallback = traits.defaults?.[path] === undefined ? {} : { default: traits.defaults[path] };
    const whole = { ...schema, ...retained, ...fallback };
    return traits.computed?.has(path) ? fieldOf.computed(whole) : whole;
  }

  private typed(field: MessageField, path: string, description: string): Schema {
    if (field.form === 'list') return this.list(field, path, description);
    if (field.form === 'map') return { type: 'object', description, additionalProperties: this.item(field), ...OMIT };
    if (field.type === 'string' && this.isRequired(path)) return fieldOf.requiredText(description);
    const scalar = SCALARS[field.type]?.(description);
    if (scalar) return this.isOmitted(field, path) ? { ...scalar, ...OMIT } : scalar;
    const component = this.reference(field.type);
    return this.packages.traits.present?.has(path)
      ? fieldOf.part(component, description)
      : fieldOf.optionalPart(component, description);
  }

  private list(field: MessageField, path: string, description: string): Schema {
    const isWritten = this.isRequired(path) || this.packages.traits.emptyWritten?.has(path);
    const list: Schema = { type: 'array', description, items: this.item(field), ...(isWritten ? {} : OMIT) };
    const keys = this.packages.traits.merged?.[path];
    if (keys?.[0] === undefined) return { ...list, 'x-kubernetes-list-type': 'atomic' };
    return {
      ...fieldOf.mergedBy(keys[0], list),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': keys,
    };
  }

  private item({ type }: MessageField): Schema {
    if (type === 'string') return { type: 'string', default: '' };
    return SCALARS[type]?.('') ?? { default: {}, allOf: [{ $ref: REFERENCE + this.reference(type) }] };
  }

  private isRequired(path: string): boolean {
    const dot = path.indexOf('.');
    return this.packages.traits.required?.[path.slice(0, dot)]?.includes(path.slice(dot + 1)) ?? false;
  }

  private isOmitted({ name, type }: MessageField, path: string): boolean {
    if (type === 'string') return true;
    if (type === 'bytes' || this.packages.traits.emptyWritten?.has(path)) return false;
    return OMITTED_WHEN_ZERO.has(name);
  }

  private reference(type: string): string {
    const dot = type.lastIndexOf('.');
    return dot < 0
      ? componentName(this.packages, this.packageName, type)
      : componentName(this.packages, type.slice(0, dot), type.slice(dot + 1));
  }
}

function componentName({ names }: MessagePackages, packageName: string, message: string): string {
  const prefix = names[packageName];
  if (prefix === undefined) throw new Error(`components of ${packageName} have no name`);
  return `${prefix}.${message}`;
}

function patchStrategy(schema: Schema): string {
  const strategy = schema['x-kubernetes-patch-strategy'];
  return strategy === undefined ? 'retainKeys' : `${strategy},retainKeys`;
}

/** `terminationMessagePath` as a few words: what there is to say where nobody wrote a description. */
function words(name: string): string {
  const text = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const OMIT = { 'x-faktorz-empty': 'omit' } as const;
