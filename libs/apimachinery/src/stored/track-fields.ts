import { updateManagedFields } from '../fields/index.js';
import type { KubeObject } from '../kube-object.js';
import type { RequestContext } from '../resource-definition.js';
import type { Stored } from './stored.js';

/**
 * Brings `metadata.managedFields` of an object up to date with what this request changed. Called when it is defaulted and
 * before the server sets fields of its own. An applied object was tracked when it was merged.
 */
export function trackFields<T extends KubeObject>(
  { strategy, about }: Stored<T>,
  object: T,
  old: T | undefined,
  context: RequestContext,
): void {
  const { metadata } = object;
  if (strategy.tracksFields === false) {
    delete metadata.managedFields;
    return;
  }
  if (context.isApply) return;
  if (context.schema === undefined) {
    if (old?.metadata.managedFields) metadata.managedFields = old.metadata.managedFields;
    else delete metadata.managedFields;
    return;
  }
  updateManagedFields({
    old,
    next: object,
    manager: context.fieldManager,
    operation: 'Update',
    subresource: context.subresource,
    now: new Date(),
    apiVersion: about.group === '' ? about.version : `${about.group}/${about.version}`,
    schema: context.schema.name,
    schemas: context.schema.library,
  });
}
