import { CommandError } from '../errors.js';
import { readGivenFile } from '../files/read-given-file.js';
import type { ParsedFlags } from '../flags/parse-flags.js';
import type { GoTemplate } from './go-template/nodes.js';
import { parseGoTemplate } from './go-template/parser.js';
import { type Node, parseTemplate } from './jsonpath-parse.js';

/** What `-o` asked for. `human` is a table in `get` and one line elsewhere. */
export type OutputFormat =
  | { type: 'human' }
  | { type: 'wide' }
  | { type: 'json' }
  | { type: 'yaml' }
  | { type: 'kyaml' }
  | { type: 'name' }
  | { type: 'jsonpath'; template: Node[]; source: string; asJson: boolean; strict: boolean }
  | { type: 'go-template'; template: GoTemplate; source: string; strict: boolean }
  | { type: 'custom-columns'; spec: string };

const ANYWHERE = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'kyaml',
  'name',
  'template',
  'templatefile',
  'yaml',
];
const OF_LISTS = ['custom-columns', 'custom-columns-file', 'wide'];

/**
 * Reads `-o` and `--template`. `allowLists`: the command prints lists, so that columns make sense. Throws for formats
 * that do not exist and for templates that cannot be read.
 */
export function readOutputFormat(flags: ParsedFlags, allowLists = false): OutputFormat {
  const template = flags.string('template');
  const text = flags.string('output') || (template === '' ? '' : 'go-template');
  const [kind = '', value = template || undefined] = splitOnce(text);
  const format = OF_LISTS.includes(kind) && !allowLists ? undefined : formatOf(kind, value);
  if (format?.type === 'go-template' || format?.type === 'jsonpath')
    return { ...format, strict: !flags.bool('allow-missing-template-keys') };
  if (format) return format;
  const allowed = [...ANYWHERE, ...(allowLists ? OF_LISTS : [])].sort().join(',');
  throw new CommandError(
    `unable to match a printer suitable for the output format "${text}", allowed formats are: ${allowed}`,
  );
}

function formatOf(kind: string, value: string | undefined): OutputFormat | undefined {
  switch (kind) {
    case '':
      return { type: 'human' };
    case 'json':
    case 'yaml':
    case 'kyaml':
    case 'name':
    case 'wide':
      return { type: kind };
    case 'jsonpath':
    case 'jsonpath-as-json':
      return jsonPathFormat(given(value), kind === 'jsonpath-as-json');
    case 'jsonpath-file':
      return jsonPathFormat(templateOfFile(value), false);
    case 'go-template':
    case 'template':
      return goTemplateFormat(given(value));
    case 'go-template-file':
    case 'templatefile':
      return goTemplateFormat(templateOfFile(value));
    case 'custom-columns':
      return { type: 'custom-columns', spec: givenColumns(value) };
    case 'custom-columns-file':
      return { type: 'custom-columns', spec: columnsOfFile(givenColumns(value)) };
    default:
      return undefined;
  }
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function given(template: string | undefined): string {
  if (!template) throw new CommandError('template format specified but no template given');
  return template;
}

function givenColumns(columns: string | undefined): string {
  if (!columns) throw new CommandError('custom-columns format specified but no custom columns given');
  return columns;
}

function jsonPathFormat(source: string, asJson: boolean): OutputFormat {
  try {
    return { type: 'jsonpath', template: parseTemplate(source), source, asJson, strict: false };
  } catch (error) {
    throw new CommandError(`error parsing jsonpath ${source}, ${(error as Error).message}`, 1, { cause: error });
  }
}

function goTemplateFormat(source: string): OutputFormat {
  try {
    return { type: 'go-template', template: parseGoTemplate(source), source, strict: false };
  } catch (error) {
    throw new CommandError(`error parsing template ${source}, ${(error as Error).message}`, 1, { cause: error });
  }
}

function templateOfFile(path: string | undefined): string {
  return readTemplate(given(path), '--template');
}

function readTemplate(path: string, what: string): string {
  try {
    return readGivenFile(path).toString('utf8');
  } catch (error) {
    throw new CommandError(`error reading ${what} ${path}, ${(error as Error).message}`, 1, { cause: error });
  }
}

/** Two lines, headers above paths. */
function columnsOfFile(path: string): string {
  const [headers = '', paths = ''] = readTemplate(path, 'template').split('\n');
  const fields = paths.trim().split(/\s+/);
  return headers
    .trim()
    .split(/\s+/)
    .map((header, at) => `${header}:${fields[at] ?? ''}`)
    .join(',');
}
