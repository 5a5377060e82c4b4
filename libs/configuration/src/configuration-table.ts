import { z } from 'zod';

interface VariableSchema {
  type?: string;
  enum?: readonly unknown[];
  description?: string;
}

/** A Markdown table of a configuration schema: variable, default (or "required"), meaning; one row per variable, sorted. */
export function configurationTable(schema: z.ZodObject): string {
  const { properties, required } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, VariableSchema>;
    required?: string[];
  };
  const rows = Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, variable]) =>
        `| \`${name}\` | ${defaultCell(schema.shape[name], required?.includes(name))} | ${meaning(variable)} |`,
    );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function defaultCell(schema: z.core.$ZodType | undefined, isRequired = false): string {
  const known = schema && defaultOf(schema);
  const value = Array.isArray(known) && known.length > 0 ? known.join(',') : known;
  // Some defaults are made by the app (a list, a policy): no text a user could write.
  if (['string', 'number', 'boolean'].includes(typeof value)) return `\`${String(value)}\``;
  return isRequired ? 'required' : '–';
}

/** The default, wherever in a chain of optional, default and transformed types it stands. */
function defaultOf(schema: z.core.$ZodType): unknown {
  const { def } = schema._zod as {
    def: { type: string; defaultValue?: unknown; innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  };
  if (def.type === 'default' || def.type === 'prefault') return def.defaultValue;
  const inner = def.innerType ?? def.in;
  return inner && defaultOf(inner);
}

function meaning({ description = '', enum: values }: VariableSchema): string {
  const choices = values ? ` One of ${values.map((value) => `\`${String(value)}\``).join(', ')}.` : '';
  return `${description}${choices}`.replaceAll('|', '\\|');
}
