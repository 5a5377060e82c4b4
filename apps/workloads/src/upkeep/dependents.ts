import { parseLabelSelector, type WriteContext } from '@faktorz/apimachinery';
import type { DocumentStorage } from '@faktorz/persistence';
import { ownerLabel } from '../openshift/dependent-names.js';
import type { Workload } from '../pod/pod-spec.js';

/** Objects of a label's value that say they are controlled by an object of a kind and name. */
export async function dependentsOf(
  storage: DocumentStorage<Workload>,
  owner: { kind: string; namespace: string; name: string },
  label: string,
): Promise<Workload[]> {
  const found: Workload[] = [];
  const labels = parseLabelSelector(`${label}=${ownerLabel(owner.name)}`);
  const { items } = await storage.list({ namespace: owner.namespace, labels });
  for await (const item of items) if (controllerOf(item, owner) !== undefined) found.push(item);
  return found;
}

/** Makes dependents independent, so that they stay when their owner goes. */
export async function letDependentsGo(
  storage: DocumentStorage<Workload>,
  owner: { kind: string; namespace: string; name: string },
  label: string,
  writer: WriteContext,
): Promise<void> {
  for (const dependent of await dependentsOf(storage, owner, label)) {
    const uid = controllerOf(dependent, owner);
    const ownerReferences = dependent.metadata.ownerReferences?.filter((reference) => reference.uid !== uid);
    await storage.update({ ...dependent, metadata: { ...dependent.metadata, ownerReferences } }, writer);
  }
}

/** Uid of the controller of an object, if that is of a kind and name. */
export function controllerOf(object: Workload, { kind, name }: { kind: string; name: string }): string | undefined {
  return object.metadata.ownerReferences?.find(
    (owner) => owner.controller && owner.kind === kind && owner.name === name,
  )?.uid;
}
