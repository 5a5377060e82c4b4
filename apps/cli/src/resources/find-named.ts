import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import type { Call } from '../command.js';
import { CommandError } from '../errors.js';
import type { FlagDefinition } from '../flags/flag-definition.js';
import { listObjects } from './get-object.js';
import { describeListFailure } from './list-failure.js';
import { placeManifests } from './place-manifest.js';
import { readManifests } from './read-manifests.js';
import { parseTargets } from './resource-arguments.js';
import { ALL_NAMESPACES_FLAG, FILE_FLAGS, SELECTOR_FLAGS, selectorQuery } from './selection-flags.js';

/** An object chosen on the command line. `object` is there where a list or a file has shown it already. */
export interface NamedObject {
  resource: ApiResource;
  name: string;
  namespace?: string;
  object?: KubeObject;
  source?: string;
}

export const NAMED_FLAGS: readonly FlagDefinition[] = [...FILE_FLAGS];
export const CHOOSING_FLAGS: readonly FlagDefinition[] = [
  ...FILE_FLAGS,
  ...SELECTOR_FLAGS,
  ALL_NAMESPACES_FLAG,
  { name: 'all', kind: 'bool', usage: 'All objects of the kind.' },
];

/** The objects that arguments, `-f`, selectors or `--all` choose. `args` replaces the call's arguments. */
export async function findNamed(call: Call, verb: string, args = call.args): Promise<NamedObject[]> {
  const { flags, session, terminal, program } = call;
  const files = flags.all('filename');
  if (files.length > 0) {
    const placed = await placeManifests(await readManifests(files, flags.bool('recursive'), terminal), call);
    return placed.map(({ resource, object, namespace, source }) => ({
      resource,
      name: object.metadata?.name ?? '',
      namespace,
      object,
      source,
    }));
  }
  if (args.length === 0) throw new CommandError('you must specify one or more resources by argument or filename.');
  const selecting = flags.bool('all') || flags.changed('selector') || flags.changed('field-selector');
  const discovery = await session.discovery();
  const targets = parseTargets(args, discovery, { program, verb, allowKindAlone: false, selecting });
  const namespace = flags.bool('all-namespaces') ? undefined : await session.namespace();
  const client = await session.client();
  const chosen: NamedObject[] = [];
  for (const { resource, name } of targets) {
    if (name !== undefined) {
      chosen.push({ resource, name, namespace });
      continue;
    }
    const query = selectorQuery(flags);
    const objects = await listObjects(client, resource, namespace, query).catch((error: unknown) => {
      throw describeListFailure(error, resource, query);
    });
    chosen.push(
      ...objects.map((object) => ({
        resource,
        name: object.metadata?.name ?? '',
        namespace: object.metadata?.namespace,
        object,
      })),
    );
  }
  return chosen;
}
