import type { Call } from '../command.js';
import type { KubeObject } from '../client/kube-object.js';
import { CommandError, throwCollected } from '../errors.js';
import { findNamed } from '../resources/find-named.js';
import { getObject } from '../resources/get-object.js';
import { patchObjects, type ReadObject } from '../resources/patch-objects.js';

/**
 * Changes what the arguments of a `rollout` verb choose. `change` throws where an object refuses; the others are changed
 * nevertheless.
 */
export async function changeRollouts(
  call: Call,
  verb: string,
  change: (object: KubeObject, of: ReadObject) => KubeObject,
  done: string,
): Promise<void> {
  const objects = await readRollouts(call, verb);
  throwCollected(
    await patchObjects(call, objects, change, { done, failed: 'failed to patch', manager: 'kubectl-rollout' }),
  );
}

/** The objects a `rollout` verb is about, as they are now. */
export async function readRollouts(call: Call, verb: string): Promise<ReadObject[]> {
  const { args, flags, session } = call;
  if (args.length === 0 && flags.all('filename').length === 0 && !flags.changed('selector')) {
    throw new CommandError('required resource not specified');
  }
  const client = await session.client();
  const objects: ReadObject[] = [];
  for (const one of await findNamed(call, verb)) {
    const object = await getObject(client, one.resource, one.namespace, one.name);
    objects.push({ ...one, object: { ...object, kind: object.kind ?? one.resource.kind } });
  }
  return objects;
}

/** `deployments.apps "web"`, as refusals name an object. */
export function quotedName({ resource, name }: ReadObject): string {
  return `${resource.group ? `${resource.plural}.${resource.group}` : resource.plural} "${name}"`;
}
