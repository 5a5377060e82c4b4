import type { Query } from '../client/api-client.js';
import type { FlagDefinition } from '../flags/flag-definition.js';
import type { ParsedFlags } from '../flags/parse-flags.js';

export const SELECTOR_FLAGS: readonly FlagDefinition[] = [
  { name: 'selector', short: 'l', kind: 'string', usage: 'Only objects whose labels match, e.g. app=web,tier!=db.' },
  { name: 'field-selector', kind: 'string', usage: 'Only objects whose fields match, e.g. metadata.name=ruby.' },
];

export const ALL_NAMESPACES_FLAG: FlagDefinition = {
  name: 'all-namespaces',
  short: 'A',
  kind: 'bool',
  usage: 'Objects of every project.',
};

export const FILE_FLAGS: readonly FlagDefinition[] = [
  {
    name: 'filename',
    short: 'f',
    kind: 'list',
    usage: 'File, directory or URL with the objects; - for standard input.',
  },
  { name: 'recursive', short: 'R', kind: 'bool', usage: 'Also read the directories inside a directory given by -f.' },
];

export const SHOW_MANAGED_FIELDS_FLAG: FlagDefinition = {
  name: 'show-managed-fields',
  kind: 'bool',
  usage: 'Keep metadata.managedFields in JSON and YAML.',
};

/** How objects are printed. */
export const OUTPUT_FLAGS: readonly FlagDefinition[] = [
  { name: 'output', short: 'o', kind: 'string', usage: 'Output format: json, yaml, name, jsonpath=…, go-template=….' },
  { name: 'template', kind: 'string', usage: 'Template, or file of it, for -o go-template and -o go-template-file.' },
  { name: 'allow-missing-template-keys', kind: 'bool', default: true, usage: 'Missing fields print as nothing.' },
  SHOW_MANAGED_FIELDS_FLAG,
];

export const DRY_RUN_FLAG: FlagDefinition = {
  name: 'dry-run',
  kind: 'string',
  default: 'none',
  bare: 'client',
  usage: 'none, client (send nothing that changes) or server (the server only checks).',
};

export function selectorQuery(flags: ParsedFlags): Query {
  return {
    labelSelector: flags.string('selector') || undefined,
    fieldSelector: flags.string('field-selector') || undefined,
  };
}
