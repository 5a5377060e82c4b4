import { MERGE_PATCH, JSON_TYPE } from '../client/media-types.js';
import type { KubeObject } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call } from '../command.js';
import { CommandError, throwCollected, UsageError } from '../errors.js';
import { dryRunOf } from './dry-run.js';
import { findNamed } from './find-named.js';
import { getObject } from './get-object.js';
import { ChangePrinter } from './print-change.js';

/** Labels or annotations: what they are called and which part of metadata holds them. */
export interface MetadataKind {
  verb: 'label' | 'annotate';
  field: 'labels' | 'annotations';
  noun: 'label' | 'annotation';
  done: string;
}

interface MetadataChange {
  set: Record<string, string>;
  remove: string[];
}

/** Runs `label` and `annotate`: reads each object, then patches what differs. */
export async function changeMetadata(call: Call, kind: MetadataKind): Promise<void> {
  const { flags, session, terminal } = call;
  const { targets, change } = splitArguments(call.args, kind);
  const listing = flags.bool('list');
  if (!listing && Object.keys(change.set).length + change.remove.length === 0) {
    throw new UsageError(`at least one ${kind.noun} update is required`);
  }
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  const client = await session.client();
  const errors: unknown[] = [];
  for (const chosen of await findNamed(call, kind.verb, targets)) {
    const { resource, name, namespace } = chosen;
    try {
      const before =
        chosen.source === undefined && chosen.object
          ? chosen.object
          : await getObject(client, resource, namespace, name);
      if (listing) {
        terminal.out(listText(before, kind));
        continue;
      }
      const patch = patchFor(before, change, kind, flags.bool('overwrite'), flags.string('resource-version'));
      if (!patch) {
        printer.print(before, resource, kind.verb === 'label' ? 'not labeled' : kind.done);
        continue;
      }
      const path = resourcePath(resource, namespace, name);
      const query = {
        fieldManager: flags.string('field-manager') || `kubectl-${kind.verb}`,
        dryRun: dryRun === 'server' ? 'All' : undefined,
      };
      const body = JSON.stringify(patch);
      const after =
        dryRun === 'client'
          ? before
          : await client.object({ method: 'PATCH', path, query, body, contentType: MERGE_PATCH, accept: JSON_TYPE });
      const onlyRemoved = kind.verb === 'label' && Object.keys(change.set).length === 0;
      printer.print(after, resource, onlyRemoved ? 'unlabeled' : kind.done);
    } catch (error) {
      errors.push(error);
    }
  }
  throwCollected(errors);
}

/** Objects come first, changes (`key=value`, `key-`) after. */
function splitArguments(
  args: readonly string[],
  { noun }: MetadataKind,
): { targets: string[]; change: MetadataChange } {
  const targets: string[] = [];
  const change: MetadataChange = { set: {}, remove: [] };
  let inChanges = false;
  for (const arg of args) {
    const equals = arg.indexOf('=');
    const isRemoval = equals < 0 && arg.endsWith('-') && arg.length > 1;
    if (equals > 0) change.set[arg.slice(0, equals)] = arg.slice(equals + 1);
    else if (isRemoval && targets.length > 0) change.remove.push(arg.slice(0, -1));
    else if (inChanges) throw new UsageError(`all resources must be specified before ${noun} changes: ${arg}`);
    else targets.push(arg);
    inChanges ||= equals > 0 || (isRemoval && targets.length > 0);
  }
  const both = change.remove.find((key) => key in change.set);
  if (both)
    throw new UsageError(`can not both modify and remove the following ${noun}(s) in the same command: ${both}`);
  return { targets, change };
}

function patchFor(
  before: KubeObject,
  { set, remove }: MetadataChange,
  { field, noun }: MetadataKind,
  overwrite: boolean,
  resourceVersion: string,
): object | undefined {
  const now = (before.metadata?.[field] ?? {}) as Record<string, string>;
  const differing = Object.keys(set).filter((key) => now[key] !== undefined && now[key] !== set[key]);
  const [key] = differing;
  if (key !== undefined && !overwrite) {
    throw new CommandError(
      noun === 'label'
        ? `'${key}' already has a value (${now[key]}), and --overwrite is false`
        : `--overwrite is false but found the following declared annotation(s): '${key}' already has a value (${now[key]})`,
    );
  }
  const changes: Record<string, string | null> = {};
  for (const [wanted, value] of Object.entries(set)) if (now[wanted] !== value) changes[wanted] = value;
  for (const gone of remove) if (now[gone] !== undefined) changes[gone] = null;
  if (Object.keys(changes).length === 0) return undefined;
  return { metadata: { [field]: changes, ...(resourceVersion ? { resourceVersion } : {}) } };
}

function listText(object: KubeObject, { field }: MetadataKind): string {
  const map = (object.metadata?.[field] ?? {}) as Record<string, string>;
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${map[key]}\n`)
    .join('');
}
