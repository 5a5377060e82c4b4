import type { ApiClient } from '../client/api-client.js';
import { isNotFound } from '../client/api-error.js';
import { kindWithGroup, UnknownResource } from '../client/discovery.js';
import { IMAGE_STREAM_TAGS } from '../client/known-resources.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, throwCollected } from '../errors.js';
import { type DryRun, dryRunOf, dryRunSuffix } from '../resources/dry-run.js';
import { withSource } from '../resources/error-source.js';
import { listObjects } from '../resources/get-object.js';
import { describeListFailure } from '../resources/list-failure.js';
import { placeManifests } from '../resources/place-manifest.js';
import { readManifests } from '../resources/read-manifests.js';
import { parseTargets, type Target } from '../resources/resource-arguments.js';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FILE_FLAGS,
  SELECTOR_FLAGS,
  selectorQuery,
} from '../resources/selection-flags.js';
import { waitUntilGone } from '../resources/wait-until-gone.js';

export const command: Command = {
  usage: 'delete ([-f FILENAME] | TYPE [(NAME | -l label | --all)]) [options]',
  description: 'Delete objects by name, by file or by label, and wait until they are gone.',
  examples: ['delete istag/ruby:latest', 'delete is ruby', 'delete is -l app=demo', 'delete httpd:version11.0'],
  flags: [
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    ALL_NAMESPACES_FLAG,
    DRY_RUN_FLAG,
    { name: 'all', kind: 'bool', usage: 'All objects of the kind.' },
    { name: 'ignore-not-found', kind: 'bool', usage: 'A missing object is no failure.' },
    {
      name: 'cascade',
      kind: 'string',
      default: 'background',
      bare: 'background',
      usage: 'background, foreground or orphan.',
    },
    { name: 'wait', kind: 'bool', default: true, usage: 'Wait until the objects are gone.' },
    { name: 'timeout', kind: 'duration', default: '0s', usage: 'How long to wait; 0 waits as long as it takes.' },
    { name: 'grace-period', kind: 'int', default: -1, usage: 'Seconds the object has to end by itself.' },
    { name: 'now', kind: 'bool', usage: 'As --grace-period=1.' },
    { name: 'force', kind: 'bool', usage: 'Delete at once.' },
    { name: 'output', short: 'o', kind: 'string', usage: 'name prints only what was deleted.' },
    { name: 'raw', kind: 'string', usage: 'Path to DELETE on the server as it is.' },
  ],
  run: remove,
};

interface Doomed extends Target {
  namespace?: string;
  source?: string;
}

async function remove(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const client = await session.client();
  if (flags.changed('raw')) {
    const { text } = await client.request({ method: 'DELETE', path: flags.string('raw') });
    return terminal.out(text);
  }
  if (flags.string('output') !== '' && flags.string('output') !== 'name') {
    throw new CommandError('unexpected -o output mode: -o only name is supported');
  }
  const dryRun = dryRunOf(flags);
  const doomed = await findDoomed(call, client);
  if (doomed.length === 0) return terminal.out('No resources found\n');
  const gone: (Doomed & { uid?: string })[] = [];
  const errors: unknown[] = [];
  for (const target of doomed) {
    try {
      const uid = await deleteOne(client, target, call, dryRun);
      if (uid !== undefined) terminal.out(deletedLine(target, call, dryRun));
      gone.push({ ...target, uid });
    } catch (error) {
      errors.push(target.source === undefined ? error : withSource(error, 'deleting', target.source));
    }
  }
  if (flags.bool('wait') && dryRun === 'none') await waitForAll(client, gone, flags.durationMs('timeout'));
  throwCollected(errors);
}

async function waitForAll(
  client: ApiClient,
  gone: readonly (Doomed & { uid?: string })[],
  timeoutMs: number,
): Promise<void> {
  const deadline = timeoutMs > 0 ? Date.now() + timeoutMs : Number.POSITIVE_INFINITY;
  for (const { resource, name, namespace, uid } of gone) {
    const left = Math.max(1, deadline - Date.now());
    const ended = await waitUntilGone(client, { resource, name: name as string, namespace, uid }, left);
    if (!ended) throw new CommandError(`timed out waiting for the condition on ${resource.plural}/${name}`);
  }
}

async function findDoomed(call: Call, client: ApiClient): Promise<Doomed[]> {
  const { flags, args, session, terminal, program } = call;
  const files = flags.all('filename');
  if (files.length > 0) {
    const placed = await placeManifests(await readManifests(files, flags.bool('recursive'), terminal), call);
    return placed.map(({ resource, object, namespace, source }) => ({
      resource,
      name: object.metadata?.name,
      namespace,
      source,
    }));
  }
  if (args.length === 0) throw new CommandError('you must specify one or more resources by argument or filename.');
  const namespace = flags.bool('all-namespaces') ? undefined : await session.namespace();
  const selecting = flags.bool('all') || flags.changed('selector') || flags.changed('field-selector');
  const targets = await targetsOf(args, call, { program, verb: 'delete', allowKindAlone: false, selecting });
  const doomed: Doomed[] = [];
  for (const target of targets) {
    if (target.name !== undefined) doomed.push({ namespace, ...target });
    else doomed.push(...(await listDoomed(client, target, namespace, call)));
  }
  return doomed;
}

/** A lone `stream:tag`, or `project/stream:tag`, means the tag, as in releases before there were kinds to name. */
async function targetsOf(
  args: readonly string[],
  call: Call,
  rules: Parameters<typeof parseTargets>[2],
): Promise<Doomed[]> {
  const discovery = await call.session.discovery();
  try {
    return parseTargets(args, discovery, rules);
  } catch (error) {
    const parts = (args[0] ?? '').split('/');
    const tag = parts.at(-1) as string;
    const lone = args.length === 1 && parts.length <= 2 && /^[^:@]+:[^:@]+$/.test(tag);
    if (!lone || !(error instanceof UnknownResource || parts.length === 1)) throw error;
    const project = parts.length === 2 ? { namespace: parts[0] } : {};
    return [{ resource: discovery.find('imagestreamtags') ?? IMAGE_STREAM_TAGS, name: tag, ...project }];
  }
}

async function listDoomed(
  client: ApiClient,
  { resource }: Target,
  namespace: string | undefined,
  { flags }: Call,
): Promise<Doomed[]> {
  const query = selectorQuery(flags);
  const objects = await listObjects(client, resource, namespace, query).catch((error: unknown) => {
    throw describeListFailure(error, resource, query);
  });
  return objects.map((object) => ({ resource, name: object.metadata?.name, namespace: object.metadata?.namespace }));
}

/** The uid of what was deleted, '' where the server does not say; undefined when it was not there. */
async function deleteOne(
  client: ApiClient,
  target: Doomed,
  { flags }: Call,
  dryRun: DryRun,
): Promise<string | undefined> {
  if (dryRun === 'client') return '';
  const path = resourcePath(target.resource, target.namespace, target.name);
  try {
    const answer = await client.object({
      method: 'DELETE',
      path,
      body: deleteOptions(flags, dryRun),
      accept: JSON_TYPE,
    });
    const details = answer.details as { uid?: string } | undefined;
    return details?.uid ?? answer.metadata?.uid ?? '';
  } catch (error) {
    if (flags.bool('ignore-not-found') && isNotFound(error)) return undefined;
    throw error;
  }
}

function deleteOptions(flags: Call['flags'], dryRun: DryRun): object {
  const cascade = flags.string('cascade');
  const policy = {
    background: 'Background',
    foreground: 'Foreground',
    orphan: 'Orphan',
    true: 'Background',
    false: 'Orphan',
  }[cascade];
  if (policy === undefined) {
    throw new CommandError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  }
  const grace = flags.bool('force') ? 0 : flags.bool('now') ? 1 : flags.int('grace-period');
  return {
    propagationPolicy: policy,
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
  };
}

function deletedLine({ resource, name, namespace }: Doomed, { flags }: Call, dryRun: DryRun): string {
  const kind = kindWithGroup(resource);
  if (flags.string('output') === 'name') return `${kind}/${name}\n`;
  const done = flags.bool('force') || flags.int('grace-period') === 0 ? 'force deleted' : 'deleted';
  const where = resource.namespaced && namespace ? ` from ${namespace} namespace` : '';
  return `${kind} "${name}" ${done}${dryRunSuffix(dryRun)}${where}\n`;
}
