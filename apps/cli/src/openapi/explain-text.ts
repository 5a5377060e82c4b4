import type { ApiResource } from '../client/discovery.js';
import { CommandError } from '../errors.js';
import { type OpenApiSchema, type SchemaDocument, typeName } from './schema-document.js';

const WIDTH = 76;

/** What `explain` prints of a kind, or of one of its fields. Throws when a field does not exist. */
export function explainText(
  document: SchemaDocument,
  resource: ApiResource,
  fields: readonly string[],
  recursive: boolean,
): string {
  const root = document.ofKind(resource);
  if (!root)
    throw new CommandError(`couldn't find resource for "${resource.group}/${resource.version}, Kind=${resource.kind}"`);
  const { schema, field } = findField(document, root, fields);
  const inner = document.inner(schema);
  const title = field === undefined ? '' : `FIELD: ${field} <${typeName(schema)}>\n\n`;
  return [
    resource.group === '' ? '' : `GROUP:      ${resource.group}\n`,
    `KIND:       ${resource.kind}\nVERSION:    ${resource.version}\n\n`,
    title,
    enumText(inner),
    `${field === undefined ? '' : '\n'}DESCRIPTION:\n${descriptionText(schema, inner)}    \n`,
    inner.properties
      ? `FIELDS:\n${recursive ? treeText(document, inner, 1, []) : fieldsText(document, inner)}\n`
      : '\n',
  ].join('');
}

function findField(
  document: SchemaDocument,
  root: OpenApiSchema,
  fields: readonly string[],
): { schema: OpenApiSchema; field?: string } {
  let schema = root;
  let field: string | undefined;
  for (const name of fields) {
    const next = document.inner(schema).properties?.[name];
    if (!next) throw new CommandError(`field "${name}" does not exist`);
    schema = next;
    field = name;
  }
  return { schema, field };
}

function enumText(schema: OpenApiSchema): string {
  return schema.enum?.length ? `ENUM:\n${schema.enum.map((value) => `    ${String(value)}\n`).join('')}\n` : '';
}

/** The field's own words, then those of its type. */
function descriptionText(schema: OpenApiSchema, inner: OpenApiSchema): string {
  const texts = [schema.description, inner === schema ? undefined : inner.description].filter((text): text is string =>
    Boolean(text),
  );
  return (texts.length > 0 ? [...new Set(texts)] : ['<empty>']).map((text) => wrapped(text, 4)).join('');
}

function fieldsText(document: SchemaDocument, schema: OpenApiSchema): string {
  return sortedFields(schema)
    .map(
      ([name, field]) =>
        `${fieldLine(schema, name, field, 1)}${wrapped(field.description ?? document.resolve(field).description ?? '<no description>', 4)}\n`,
    )
    .join('');
}

/** Names and types only, all the way down; a type inside itself is not opened again. */
function treeText(
  document: SchemaDocument,
  schema: OpenApiSchema,
  level: number,
  above: readonly OpenApiSchema[],
): string {
  return sortedFields(schema)
    .map(([name, field]) => {
      const inner = document.inner(field);
      const open = inner.properties && !above.includes(inner) && inner !== schema;
      return (
        fieldLine(schema, name, field, level) + (open ? treeText(document, inner, level + 1, [...above, schema]) : '')
      );
    })
    .join('');
}

function fieldLine(parent: OpenApiSchema, name: string, field: OpenApiSchema, level: number): string {
  const required = parent.required?.includes(name) ? ' -required-' : '';
  const values = field.enum?.length ? `${'  '.repeat(level)}enum: ${field.enum.map(String).join(', ')}\n` : '';
  return `${'  '.repeat(level)}${name}\t<${typeName(field)}>${required}\n${values}`;
}

function sortedFields(schema: OpenApiSchema): [string, OpenApiSchema][] {
  return Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function wrapped(text: string, indent: number): string {
  return text
    .split('\n')
    .flatMap((paragraph) => wrapParagraph(paragraph, WIDTH))
    .map((line) => `${' '.repeat(indent)}${line}\n`)
    .join('');
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of paragraph.split(/\s+/)) {
    const last = lines.at(-1) as string;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
