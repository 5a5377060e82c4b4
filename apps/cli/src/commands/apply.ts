import type { ApiClient } from '../client/api-client.js';
import { ApiError, isConflict, isNotFound } from '../client/api-error.js';
import type { KubeObject } from '../client/kube-object.js';
import { APPLY_PATCH, JSON_PATCH, JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, throwCollected } from '../errors.js';
import { retryOnConflict } from '../resources/retry-on-conflict.js';
import { patchForApply } from '../patch/apply-patch.js';
import { LAST_APPLIED, lastAppliedText, withLastApplied } from '../patch/last-applied.js';
import { migratedManagedFields } from '../patch/migrate-managed-fields.js';
import { type DryRun, dryRunOf } from '../resources/dry-run.js';
import { withSource } from '../resources/error-source.js';
import { fieldValidation, VALIDATE_FLAG } from '../resources/field-validation.js';
import { getObject } from '../resources/get-object.js';
import { type PlacedObject, placeManifests } from '../resources/place-manifest.js';
import { ChangePrinter } from '../resources/print-change.js';
import { readManifests } from '../resources/read-manifests.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'apply -f FILENAME [options]',
  description:
    'Bring objects to what files say: create those that are missing, change what differs, and remove what an earlier apply had set and the file no longer has.',
  examples: ['apply -f stream.yaml', 'apply -f stream.yaml --server-side'],
  flags: [
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    { name: 'server-side', kind: 'bool', usage: 'Let the server merge and keep track of who set which field.' },
    { name: 'force-conflicts', kind: 'bool', usage: 'Take fields over from other managers (with --server-side).' },
    { name: 'field-manager', kind: 'string', usage: 'Name to record as owner of the fields.' },
    { name: 'overwrite', kind: 'bool', default: true, usage: 'Overwrite changes others made.', hidden: true },
  ],
  run: apply,
};

async function apply(call: Call): Promise<void> {
  const { flags, session, terminal, args } = call;
  if (args.length > 0) throw new CommandError(`Unexpected args: [${args.join(' ')}]`);
  if (flags.bool('force-conflicts') && !flags.bool('server-side')) {
    throw new CommandError('--force-conflicts only works with --server-side');
  }
  const dryRun = dryRunOf(flags);
  if (dryRun === 'client' && flags.bool('server-side')) {
    throw new CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  const manifests = await readManifests(flags.all('filename'), flags.bool('recursive'), terminal);
  if (manifests.length === 0) throw new CommandError('no objects passed to apply');
  const client = await session.client();
  const printer = new ChangePrinter(call, dryRun);
  const errors: unknown[] = [];
  for (const placed of await placeManifests(manifests, call)) {
    try {
      const applyOne = flags.bool('server-side') ? applyOnServer : applyHere;
      const { object, done } = await applyOne(client, placed, call, dryRun);
      printer.print(object, placed.resource, done);
    } catch (error) {
      errors.push(error);
    }
  }
  throwCollected(errors);
}

interface Applied {
  object: KubeObject;
  done: string;
}

async function applyHere(client: ApiClient, placed: PlacedObject, call: Call, dryRun: DryRun): Promise<Applied> {
  const { object, resource, namespace, source } = placed;
  const name = object.metadata?.name;
  if (!name)
    throw new CommandError(
      `error when applying "${source}": apply needs metadata.name; use create for metadata.generateName`,
    );
  const query = {
    fieldManager: call.flags.string('field-manager') || 'kubectl-client-side-apply',
    fieldValidation: fieldValidation(call),
    dryRun: dryRun === 'server' ? 'All' : undefined,
  };
  const read = async () =>
    getObject(client, resource, namespace, name).catch((error: unknown) => {
      if (isNotFound(error) && error.status.details?.kind !== 'namespaces') return undefined;
      throw withSource(error, 'retrieving current configuration of', source);
    });
  const live = await read();
  if (!live) {
    const body = withLastApplied(object);
    if (dryRun === 'client') return { object: body, done: 'created' };
    const path = resourcePath(resource, namespace);
    const created = await client
      .object({ method: 'POST', path, query, body, accept: JSON_TYPE })
      .catch((error: unknown) => {
        throw withSource(error, 'creating', source);
      });
    return { object: created, done: 'created' };
  }
  warnUntracked(live, placed, call);
  let fresh: KubeObject | undefined = live;
  return retryOnConflict(async () => {
    const now = fresh ?? (await read()) ?? live;
    fresh = undefined; // a second attempt reads again
    const { contentType, patch } = patchForApply(object, now, resource);
    if (Object.keys(patch).length === 0) return { object: now, done: 'unchanged' };
    if (dryRun === 'client') return { object: now, done: 'configured' };
    const path = resourcePath(resource, namespace, name);
    const changed = await client
      .object({ method: 'PATCH', path, query, body: JSON.stringify(patch), contentType, accept: JSON_TYPE })
      .catch((error: unknown) => {
        throw isConflict(error) ? error : withSource(error, 'applying patch of', source);
      });
    return { object: changed, done: 'configured' };
  });
}

function warnUntracked(live: KubeObject, { resource }: PlacedObject, { terminal, dialect }: Call): void {
  if (live.metadata?.annotations?.[LAST_APPLIED]) return;
  terminal.error(
    `Warning: resource ${resource.plural}/${live.metadata?.name} is missing the ${LAST_APPLIED} annotation which is required by ${dialect} apply. ${dialect} apply should only be used on resources created declaratively by either ${dialect} create --save-config or ${dialect} apply. The missing annotation will be patched automatically.\n`,
  );
}

async function applyOnServer(
  client: ApiClient,
  { object, resource, namespace, source }: PlacedObject,
  call: Call,
  dryRun: DryRun,
): Promise<Applied> {
  const path = resourcePath(resource, namespace, object.metadata?.name);
  const base = { fieldValidation: fieldValidation(call), dryRun: dryRun === 'server' ? 'All' : undefined };
  const fieldManager = call.flags.string('field-manager') || 'kubectl';
  const query = { ...base, fieldManager, force: String(call.flags.bool('force-conflicts')) };
  const patch = (body: object, contentType: string, parameters: Record<string, string | undefined>) =>
    client.object({ method: 'PATCH', path, query: parameters, body, contentType, accept: JSON_TYPE });
  const send = () =>
    patch(object, APPLY_PATCH, query).catch((error: unknown) => {
      throw explainConflict(error, source);
    });
  let applied = await send();
  const managedFields = dryRun === 'none' && fieldManager === 'kubectl' ? migratedManagedFields(applied) : undefined;
  if (managedFields && applied.metadata?.annotations?.[LAST_APPLIED]) {
    const { name, namespace: place } = object.metadata ?? {};
    const annotations = { [LAST_APPLIED]: rememberedText(object) };
    const memory = {
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { annotations, name, namespace: place },
    };
    applied = await patch(memory, APPLY_PATCH, { ...base, fieldManager: 'kubectl-last-applied' });
    const version = applied.metadata?.resourceVersion;
    const operations = [
      { op: 'replace', path: '/metadata/managedFields', value: migratedManagedFields(applied) ?? managedFields },
      { op: 'replace', path: '/metadata/resourceVersion', value: version },
    ];
    await patch(operations, JSON_PATCH, { ...base, fieldManager });
    applied = await send();
  }
  return { object: applied, done: 'serverside-applied' };
}

/** As kept by server-side apply: without the empty annotations that client-side apply adds. */
function rememberedText(object: KubeObject): string {
  const text = JSON.parse(lastAppliedText(object)) as KubeObject;
  if (object.metadata?.annotations) return lastAppliedText(object);
  delete text.metadata?.annotations;
  return `${JSON.stringify(text)}\n`;
}

function explainConflict(error: unknown, source: string): unknown {
  const causes = error instanceof ApiError ? (error.status.details?.causes ?? []) : [];
  const conflicts = causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (conflicts.length === 0) return withSource(error, 'applying patch of', source);
  return new CommandError(
    `${(error as ApiError).message}\nOther managers own the fields above. Either\n* take them over: apply again with --force-conflicts;\n* leave them to their managers: remove them from the file; or\n* own them together: give them the values they have on the server.`,
    1,
    { cause: error },
  );
}
