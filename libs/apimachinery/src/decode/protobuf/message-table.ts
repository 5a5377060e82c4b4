import protobuf from 'protobufjs';
import { accessMessages } from './access.messages.js';
import { coreMessages } from './core.messages.js';
import { eventsMessages } from './events.messages.js';
import { machineryMessages } from './machinery.messages.js';
import { workloadsMessages } from './workloads.messages.js';

/*
 * The tables say one message a line (continued lines are indented): its name, then `field=number`, with `:type` between
 * where the type is not string. `[T]` is a list, `{T}` a map from string; a message of another package is named in full.
 */
const TABLES = [coreMessages, workloadsMessages, accessMessages, eventsMessages, machineryMessages];
const SCALARS = new Set(['string', 'bytes', 'bool', 'int32', 'int64']);

let root: protobuf.Root | undefined;

/** The message type `core.v1.Secret`, or undefined when it is not in the tables. Types are built at the first use. */
export function messageType(fullName: string): protobuf.Type | undefined {
  root ??= buildRoot();
  try {
    return root.lookupType(encodeName(fullName));
  } catch {
    return undefined;
  }
}

function buildRoot(): protobuf.Root {
  const built = protobuf.Root.fromJSON({ nested: readTables() });
  built.resolveAll();
  return built;
}

/** Name of the message as the tables have it. */
export function messageName(type: protobuf.Type): string {
  return type.name.replaceAll('_', '.');
}

function encodeName(fullName: string): string {
  return fullName.replaceAll('.', '_');
}

function readTables(): Record<string, protobuf.IType> {
  const messages: Record<string, protobuf.IType> = {};
  for (const [packageName, text] of TABLES.flatMap((table) => Object.entries(table))) {
    for (const line of text.trim().replaceAll(/\n\s+/g, ' ').split('\n')) {
      const [name = '', ...fields] = line.split(' ');
      messages[encodeName(`${packageName}.${name}`)] = {
        edition: 'proto2',
        fields: Object.fromEntries(fields.map((field) => readField(field, packageName))),
      };
    }
  }
  return messages;
}

function readField(text: string, packageName: string): [string, protobuf.IField] {
  const [, name = '', type = 'string', number = ''] = /^(\w+)(?::(\S+))?=(\d+)$/.exec(text) ?? [];
  const inner = type.replace(/^[[{]|[\]}]$/g, '');
  const field = { id: Number(number), type: typeName(inner, packageName) };
  if (type.startsWith('[')) return [name, { ...field, rule: 'repeated' }];
  if (type.startsWith('{')) return [name, { ...field, keyType: 'string' } as protobuf.IField];
  return [name, field];
}

function typeName(type: string, packageName: string): string {
  if (SCALARS.has(type)) return type;
  return encodeName(type.includes('.') ? type : `${packageName}.${type}`);
}
