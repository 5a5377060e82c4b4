/** One field of a message, as the tables write it. */
export interface MessageField {
  name: string;
  /** Field number on the wire; 0 in a table of messages that never travel as protobuf. */
  id: number;
  /** `string`, `bytes`, `bool`, `int32`, `int64`, or a message: of the same package, or with its package before it. */
  type: string;
  /** `[T]` is a list, `{T}` a map from string. */
  form: 'single' | 'list' | 'map';
}

/** A message's name and fields, in the order of the table. */
export type Message = readonly [name: string, fields: readonly MessageField[]];

/**
 * Reads a table of messages: one message a line (continued lines are indented), its name, then `field=number`, with
 * `:type` between where the type is not string. The number may be left out.
 */
export function readMessageTable(text: string): Message[] {
  return text
    .trim()
    .replaceAll(/\n\s+/g, ' ')
    .split('\n')
    .map((line) => {
      const [name = '', ...fields] = line.split(' ');
      return [name, fields.filter((field) => field !== '').map(readField)] as const;
    });
}

function readField(text: string): MessageField {
  const [, name = '', type = 'string', id = '0'] = /^(\w+)(?::([^=]+))?(?:=(\d+))?$/.exec(text) ?? [];
  const form = type.startsWith('[') ? 'list' : type.startsWith('{') ? 'map' : 'single';
  return { name, id: Number(id), type: type.replaceAll(/^[[{]|[\]}]$/g, ''), form };
}
