import { isNotFound } from '../client/api-error.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { throwCollected } from '../errors.js';
import { withLastApplied } from '../patch/last-applied.js';
import { dryRunOf } from '../resources/dry-run.js';
import { withSource } from '../resources/error-source.js';
import { fieldValidation, VALIDATE_FLAG } from '../resources/field-validation.js';
import { placeManifests } from '../resources/place-manifest.js';
import { ChangePrinter } from '../resources/print-change.js';
import { readManifests } from '../resources/read-manifests.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS } from '../resources/selection-flags.js';
import { waitUntilGone } from '../resources/wait-until-gone.js';

export const command: Command = {
  usage: 'replace -f FILENAME [options]',
  description: 'Replace objects by what files say, whole. With --force they are deleted and created anew.',
  examples: ['replace -f stream.yaml', 'get is ruby -o yaml | faktorz replace -f -'],
  flags: [
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    { name: 'force', kind: 'bool', usage: 'Delete and create anew.' },
    { name: 'save-config', kind: 'bool', usage: 'Note the configuration on the object, for later use of apply.' },
    { name: 'subresource', kind: 'string', usage: 'Replace this subresource, e.g. status.' },
    {
      name: 'field-manager',
      kind: 'string',
      default: 'kubectl-replace',
      usage: 'Name to record as owner of the fields.',
    },
  ],
  run: replace,
};

async function replace(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const manifests = await readManifests(flags.all('filename'), flags.bool('recursive'), terminal);
  const client = await session.client();
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  const subresource = flags.string('subresource') || undefined;
  const query = {
    fieldManager: flags.string('field-manager'),
    fieldValidation: fieldValidation(call),
    dryRun: dryRun === 'server' ? 'All' : undefined,
  };
  const errors: unknown[] = [];
  for (const { object, resource, namespace, source } of await placeManifests(manifests, call)) {
    const name = object.metadata?.name ?? '';
    const wanted = flags.bool('save-config') ? withLastApplied(object) : object;
    const path = resourcePath(resource, namespace, name, subresource);
    try {
      if (dryRun === 'client') {
        printer.print(wanted, resource, 'replaced');
      } else if (flags.bool('force')) {
        await client
          .request({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
        await waitUntilGone(client, { resource, name, namespace }, Number.POSITIVE_INFINITY);
        const { resourceVersion: _old, uid: _uid, ...metadata } = wanted.metadata ?? {};
        const body = { ...wanted, metadata };
        printer.print(
          await client.object({
            method: 'POST',
            path: resourcePath(resource, namespace),
            query,
            body,
            accept: JSON_TYPE,
          }),
          resource,
          'replaced',
        );
      } else {
        // A file without a version replaces whatever is there now.
        const version =
          wanted.metadata?.resourceVersion ?? (await client.get(path, undefined, JSON_TYPE)).metadata?.resourceVersion;
        const body = { ...wanted, metadata: { ...wanted.metadata, resourceVersion: version } };
        printer.print(
          await client.object({ method: 'PUT', path, query, body, accept: JSON_TYPE }),
          resource,
          'replaced',
        );
      }
    } catch (error) {
      errors.push(withSource(error, 'replacing', source));
    }
  }
  throwCollected(errors);
}
