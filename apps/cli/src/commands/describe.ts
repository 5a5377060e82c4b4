import { isNotFound } from '../client/api-error.js';
import type { ApiClient } from '../client/api-client.js';
import type { KubeObject } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { type Describer, describers } from '../describe/index.js';
import { CommandError, throwCollected } from '../errors.js';
import { getObject, listObjects } from '../resources/get-object.js';
import { describeListFailure } from '../resources/list-failure.js';
import { placeManifests } from '../resources/place-manifest.js';
import { readManifests } from '../resources/read-manifests.js';
import { parseTargets, type Target } from '../resources/resource-arguments.js';
import { ALL_NAMESPACES_FLAG, FILE_FLAGS, SELECTOR_FLAGS, selectorQuery } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]',
  description: 'Show one or many objects in words.',
  examples: ['describe is ruby', 'describe istag ruby:2.0', 'describe is -l app=demo'],
  flags: [
    ALL_NAMESPACES_FLAG,
    ...SELECTOR_FLAGS,
    ...FILE_FLAGS,
    { name: 'show-events', kind: 'bool', default: true, usage: 'Show events of the object.' },
  ],
  run: describe,
};

type Placed = Target & { namespace?: string };

async function describe(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const client = await session.client();
  const texts: string[] = [];
  const errors: unknown[] = [];
  for (const target of await findTargets(call)) {
    try {
      for (const object of await findObjects(client, target, call))
        texts.push(await describeOne(client, target, object, call));
    } catch (error) {
      errors.push(
        target.name === undefined ? describeListFailure(error, target.resource, selectorQuery(flags)) : error,
      );
    }
  }
  if (texts.length > 0) terminal.out(texts.join('\n\n'));
  else if (errors.length === 0) {
    terminal.error(
      flags.bool('all-namespaces')
        ? 'No resources found\n'
        : `No resources found in ${await session.namespace()} namespace.\n`,
    );
  }
  throwCollected(errors);
}

async function findTargets(call: Call): Promise<Placed[]> {
  const { flags, args, program, session, terminal } = call;
  const files = flags.all('filename');
  if (files.length > 0) {
    const placed = await placeManifests(await readManifests(files, flags.bool('recursive'), terminal), call);
    return placed.map(({ resource, object, namespace }) => ({ resource, name: object.metadata?.name, namespace }));
  }
  if (args.length === 0) {
    throw new CommandError(
      `You must specify the type of resource to describe. Use "${program} api-resources" for a complete list of supported resources.`,
    );
  }
  const selecting = flags.changed('selector') || flags.changed('field-selector');
  const targets = parseTargets(args, await session.discovery(), {
    program,
    verb: 'describe',
    allowKindAlone: true,
    selecting,
  });
  const namespace = flags.bool('all-namespaces') ? undefined : await session.namespace();
  return targets.map((target) => ({ ...target, namespace }));
}

/** By name; where there is none, all objects whose names begin so. */
async function findObjects(
  client: ApiClient,
  { resource, name, namespace }: Placed,
  { flags }: Call,
): Promise<KubeObject[]> {
  const query = { ...selectorQuery(flags), limit: '500' };
  if (name === undefined) return listObjects(client, resource, namespace, query);
  try {
    return [await getObject(client, resource, namespace, name)];
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const all = await listObjects(client, resource, namespace, { limit: '500' }).catch(() => []);
    const similar = all.filter((object) => object.metadata?.name?.startsWith(name));
    if (similar.length === 0) throw error;
    return similar;
  }
}

/** The object is read anew, as it may be younger than the list it came from. */
async function describeOne(
  client: ApiClient,
  { resource, namespace }: Placed,
  object: KubeObject,
  { dialect, flags }: Call,
): Promise<string> {
  const describer = describers.find((one) => one.accepts(resource, dialect)) as Describer;
  const path = resourcePath(resource, object.metadata?.namespace ?? namespace, object.metadata?.name);
  const fresh = await client.get(path, undefined);
  return describer.describe(
    { ...fresh, apiVersion: fresh.apiVersion ?? object.apiVersion, kind: fresh.kind ?? object.kind },
    { client, now: new Date(), showEvents: flags.bool('show-events') },
  );
}
