import { readGivenFile } from '../files/read-given-file.js';
import { JSON_PATCH, JSON_TYPE, MERGE_PATCH, STRATEGIC_PATCH } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, throwCollected, UsageError } from '../errors.js';
import { dryRunOf } from '../resources/dry-run.js';
import { findNamed, NAMED_FLAGS } from '../resources/find-named.js';
import { getObject } from '../resources/get-object.js';
import { ChangePrinter } from '../resources/print-change.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]',
  description: 'Change fields of an object by a strategic merge patch, a JSON merge patch or a JSON patch.',
  examples: [
    `patch is ruby -p '{"spec":{"lookupPolicy":{"local":true}}}'`,
    `patch is ruby --type=json -p '[{"op":"replace","path":"/spec/lookupPolicy/local","value":false}]'`,
  ],
  flags: [
    ...NAMED_FLAGS,
    { name: 'patch', short: 'p', kind: 'string', usage: 'The patch, as JSON or YAML.' },
    { name: 'patch-file', kind: 'string', usage: 'File with the patch.' },
    { name: 'type', kind: 'string', default: 'strategic', usage: 'json, merge or strategic.' },
    { name: 'subresource', kind: 'string', usage: 'Patch this subresource, e.g. status.' },
    {
      name: 'field-manager',
      kind: 'string',
      default: 'kubectl-patch',
      usage: 'Name to record as owner of the fields.',
    },
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
  ],
  run: patch,
};

const TYPES: Record<string, string> = { json: JSON_PATCH, merge: MERGE_PATCH, strategic: STRATEGIC_PATCH };

async function patch(call: Call): Promise<void> {
  const { flags, session } = call;
  const contentType = TYPES[flags.string('type').toLowerCase()];
  if (!contentType) throw new UsageError(`--type must be one of [json merge strategic], not "${flags.string('type')}"`);
  const body = await readPatch(call);
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  const client = await session.client();
  const subresource = flags.string('subresource') || undefined;
  const query = { fieldManager: flags.string('field-manager'), dryRun: dryRun === 'server' ? 'All' : undefined };
  const errors: unknown[] = [];
  for (const { resource, name, namespace } of await findNamed(call, 'patch')) {
    try {
      const before = await getObject(client, resource, namespace, name, { subresource });
      if (dryRun === 'client') {
        printer.print(before, resource, 'patched');
        continue;
      }
      const path = resourcePath(resource, namespace, name, subresource);
      const after = await client.object({ method: 'PATCH', path, query, body, contentType, accept: JSON_TYPE });
      printer.print(after, resource, isUnchanged(before, after) ? 'patched (no change)' : 'patched');
    } catch (error) {
      errors.push(error);
    }
  }
  throwCollected(errors);
}

function isUnchanged(before: object, after: object): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

async function readPatch({ flags }: Call): Promise<string> {
  const [given, file] = [flags.string('patch'), flags.string('patch-file')];
  if (given && file) throw new UsageError('cannot specify --patch and --patch-file together');
  const text = file ? readGivenFile(file).toString('utf8') : given;
  if (text === '') throw new UsageError('must specify --patch or --patch-file containing the contents of the patch');
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    const { parse } = await import('yaml');
    const value = parseOrRefuse(() => parse(text) as unknown, text);
    return JSON.stringify(value);
  }
}

function parseOrRefuse(parse: () => unknown, text: string): unknown {
  try {
    const value = parse();
    if (value !== null && typeof value === 'object') return value;
  } catch {
    // Told below, in the same words as a text that is no object.
  }
  throw new CommandError(`unable to parse "${text}": a patch is a JSON or YAML object, or a list with --type=json`);
}
