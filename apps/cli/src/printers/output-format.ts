import { readFileSync } from 'node:fs';
import { CommandError } from '../errors.js';

/** What `-o` asked for. `human` is a table in `get` and one line elsewhere. */
export type OutputFormat =
  | { type: 'human' }
  | { type: 'wide' }
  | { type: 'json' }
  | { type: 'yaml' }
  | { type: 'name' }
  | { type: 'jsonpath'; template: string; asJson: boolean }
  | { type: 'custom-columns'; spec: string };

const FORMATS = [
  'custom-columns',
  'custom-columns-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'name',
  'wide',
  'yaml',
];

/** Reads a value of `-o`. Throws for formats that do not exist. */
export function parseOutputFormat(text: string, allowWide = false): OutputFormat {
  const [kind = '', value] = splitOnce(text);
  switch (kind) {
    case '':
      return { type: 'human' };
    case 'json':
    case 'yaml':
    case 'name':
      return { type: kind };
    case 'wide':
      if (allowWide) return { type: 'wide' };
      break;
    case 'jsonpath':
    case 'jsonpath-as-json':
      if (value === undefined) throw new CommandError('template format specified but no template given');
      return { type: 'jsonpath', template: value, asJson: kind === 'jsonpath-as-json' };
    case 'jsonpath-file':
      return { type: 'jsonpath', template: readFileSync(value ?? '', 'utf8').trimEnd(), asJson: false };
    case 'custom-columns':
      if (value === undefined) throw new CommandError('custom-columns format specified but no custom columns given');
      return { type: 'custom-columns', spec: value };
    case 'custom-columns-file':
      return { type: 'custom-columns', spec: columnsOfFile(value ?? '') };
    default:
  }
  const allowed = FORMATS.filter((format) => allowWide || (format !== 'wide' && !format.startsWith('custom')));
  throw new CommandError(
    `unable to match a printer suitable for the output format "${text}", allowed formats are: ${allowed.join(',')}`,
  );
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Two lines, headers above paths. */
function columnsOfFile(path: string): string {
  const [headers = '', paths = ''] = readFileSync(path, 'utf8').split('\n');
  const fields = paths.trim().split(/\s+/);
  return headers
    .trim()
    .split(/\s+/)
    .map((header, at) => `${header}:${fields[at] ?? ''}`)
    .join(',');
}
