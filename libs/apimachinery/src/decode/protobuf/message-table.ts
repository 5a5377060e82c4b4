import protobuf from 'protobufjs';
import { accessMessages } from './access.messages.js';
import { coreMessages } from './core.messages.js';
import { eventsMessages } from './events.messages.js';
import { machineryMessages } from './machinery.messages.js';
import { type MessageField, readMessageTable } from './message-fields.js';
import { workloadsMessages } from './workloads.messages.js';

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
    for (const [name, fields] of readMessageTable(text)) {
      messages[encodeName(`${packageName}.${name}`)] = {
        edition: 'proto2',
        fields: Object.fromEntries(fields.map((field) => [field.name, protobufField(field, packageName)])),
      };
    }
  }
  return messages;
}

function protobufField({ id, type, form }: MessageField, packageName: string): protobuf.IField {
  const field = { id, type: typeName(type, packageName) };
  if (form === 'list') return { ...field, rule: 'repeated' };
  return form === 'map' ? ({ ...field, keyType: 'string' } as protobuf.IField) : field;
}

function typeName(type: string, packageName: string): string {
  if (SCALARS.has(type)) return type;
  return encodeName(type.includes('.') ? type : `${packageName}.${type}`);
}
