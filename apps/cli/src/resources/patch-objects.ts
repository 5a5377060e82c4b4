import type { KubeObject } from '../client/kube-object.js';
import { STRATEGIC_PATCH } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call } from '../command.js';
import { CommandError } from '../errors.js';
import { ApiError } from '../client/api-error.js';
import { mergeKeysOf } from '../patch/merge-keys.js';
import { twoWayPatch } from '../patch/three-way.js';
import { dryRunOf } from './dry-run.js';
import type { NamedObject } from './find-named.js';
import { ChangePrinter } from './print-change.js';

export type ReadObject = NamedObject & { object: KubeObject };

/**
 * Changes objects the way `set` and `rollout` do: works out each new state, sends what differs as a strategic merge patch, and says
 * nothing of objects that are so already. Failures of single objects are collected.
 */
export async function patchObjects(
  call: Call,
  objects: readonly ReadObject[],
  change: (object: KubeObject, of: ReadObject) => KubeObject,
  words: { done: string; failed: string; manager?: string },
): Promise<unknown[]> {
  const { flags, session } = call;
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  const errors: unknown[] = [];
  for (const one of objects) {
    const { resource, name, namespace, object } = one;
    try {
      const wanted = change(object, one);
      const patch = twoWayPatch(object, wanted, mergeKeysOf(resource.group));
      if (Object.keys(patch).length === 0) continue;
      if (flags.bool('local') || dryRun === 'client') {
        printer.print(wanted, resource, words.done);
        continue;
      }
      const client = await session.client();
      const path = resourcePath(resource, namespace, name);
      const query = { fieldManager: words.manager ?? 'kubectl-set', dryRun: dryRun === 'server' ? 'All' : undefined };
      printer.print(
        await client.object({
          method: 'PATCH',
          path,
          query,
          body: JSON.stringify(patch),
          contentType: STRATEGIC_PATCH,
        }),
        resource,
        words.done,
      );
    } catch (error) {
      errors.push(
        error instanceof ApiError ? new CommandError(`${words.failed}: ${error.message}`, 1, { cause: error }) : error,
      );
    }
  }
  return errors;
}

/** `deployments/example`, as messages about one object name it. */
export function shownName({ resource, name }: NamedObject): string {
  return `${resource.plural}/${name}`;
}
