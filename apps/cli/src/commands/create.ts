import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, throwCollected } from '../errors.js';
import { withLastApplied } from '../patch/last-applied.js';
import { dryRunOf } from '../resources/dry-run.js';
import { withSource } from '../resources/error-source.js';
import { fieldValidation, VALIDATE_FLAG } from '../resources/field-validation.js';
import { placeManifests } from '../resources/place-manifest.js';
import { ChangePrinter } from '../resources/print-change.js';
import { readManifests } from '../resources/read-manifests.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS } from '../resources/selection-flags.js';
import { createKinds } from './create/index.js';

export const command: Command = {
  usage: 'create -f FILENAME [options]',
  description: 'Create objects from files, or one object from flags.',
  examples: ['create -f stream.yaml', 'create -f - < stream.yaml', 'create imagestream ruby'],
  flags: [
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    { name: 'save-config', kind: 'bool', usage: 'Note the configuration on the object, for later use of apply.' },
    {
      name: 'field-manager',
      kind: 'string',
      default: 'kubectl-create',
      usage: 'Name to record as owner of the fields.',
    },
    { name: 'raw', kind: 'string', usage: 'Path to POST the file to as it is.' },
  ],
  subcommands: createKinds,
  run: create,
};

async function create(call: Call): Promise<void> {
  const { flags, args, session, terminal, program } = call;
  const files = flags.all('filename');
  if (args.length > 0 && files.length === 0) {
    throw new CommandError(`Unexpected args: [${args.join(' ')}]\nSee '${program} create -h' for help and examples`);
  }
  const manifests = await readManifests(files, flags.bool('recursive'), terminal);
  const client = await session.client();
  if (flags.changed('raw')) {
    const { text } = await client.request({ method: 'POST', path: flags.string('raw'), body: manifests[0]?.object });
    return terminal.out(text);
  }
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  const validation = fieldValidation(call);
  const errors: unknown[] = [];
  for (const { object, resource, namespace, source } of await placeManifests(manifests, call)) {
    const body = flags.bool('save-config') ? withLastApplied(object) : object;
    const query = {
      fieldManager: flags.string('field-manager'),
      fieldValidation: validation,
      dryRun: dryRun === 'server' ? 'All' : undefined,
    };
    try {
      const path = resourcePath(resource, namespace);
      const created =
        dryRun === 'client' ? body : await client.object({ method: 'POST', path, query, body, accept: JSON_TYPE });
      printer.print(created, resource, 'created');
    } catch (error) {
      errors.push(withSource(error, 'creating', source));
    }
  }
  if (manifests.length === 0) throw new CommandError('no objects passed to create');
  throwCollected(errors);
}
