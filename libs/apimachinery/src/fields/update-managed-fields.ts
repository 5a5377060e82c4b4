import { namedShape } from '../decode/schema-shape.js';
import { jsonEquals, type JsonValue } from '../decode/json-value.js';
import type { KubeObject, ManagedFieldsEntry } from '../kube-object.js';
import { compareFields, type Comparison } from './field-sets-of.js';
import { isEmptySet, union } from './field-set.js';
import {
  capManagers,
  identify,
  startingManagers,
  takeAway,
  toSeconds,
  withoutIdentityFields,
  writeManagers,
  type ManagerIdentity,
  type Managers,
} from './managers.js';
import { emptyObject, trackedForm, type TypeOfObject } from './tracked.js';

export interface UpdateManagedFieldsInput extends TypeOfObject {
  /** The stored object; absent when one is created. */
  old?: KubeObject;
  /** The object to be stored, with what the client sent. Its `metadata.managedFields` is set or removed. */
  next: KubeObject;
  /** Who writes: the `fieldManager` parameter, else the User-Agent's program name. */
  manager: string;
  operation?: 'Update';
  /** `status` when written through that subresource. */
  subresource?: string;
  now: Date;
  /** The API version written in, e.g. `image.openshift.io/v1`. */
  apiVersion: string;
}

/**
 * Records who set which fields after a create, update or patch (not apply). Call it with `next` defaulted and before
 * server-owned fields are brought up to date (`prepareForCreate`, `prepareForUpdate`), as Kubernetes does: what the
 * server changes by itself belongs to nobody. The writer gets the fields that changed and the others lose them; fields
 * that are gone are nobody's. An object that carries no managedFields stays so (Kubernetes: skipNonAppliedManager).
 */
export function updateManagedFields(input: UpdateManagedFieldsInput): void {
  const { old, next, subresource } = input;
  const managers = startingManagers(old, next, subresource);
  if (old && managers.size === 0) {
    delete next.metadata.managedFields;
    return;
  }
  const changes = changesBetween(old, next, input);
  takeAway(managers, union(union(changes.modified, changes.added), changes.removed));
  const about = { manager: input.manager, operation: 'Update', apiVersion: input.apiVersion, subresource } as const;
  claim(managers, about, changes, input.now);
  capManagers(managers);
  setManagedFields(next, keepTimes(old, writeManagers(managers), changes));
}

function changesBetween(old: KubeObject | undefined, next: KubeObject, input: UpdateManagedFieldsInput): Comparison {
  const shape = namedShape(input.schema, input.schemas);
  const before = trackedForm(old ?? emptyObject(), input, input.subresource);
  return compareFields(before, trackedForm(next, input, input.subresource), shape, input.schemas);
}

/** Adds the changed fields to the writer's entry, made if need be. */
export function claim(managers: Managers, about: ManagerIdentity, changes: Comparison, now: Date): void {
  const taken = withoutIdentityFields(union(changes.modified, changes.added));
  if (isEmptySet(taken)) return;
  const identity = identify(about);
  const previous = managers.get(identity);
  managers.set(identity, { ...about, fields: previous ? union(previous.fields, taken) : taken, time: toSeconds(now) });
}

/** When nothing but times of entries would change, the stored entries stay: a write that changes nothing is none. */
function keepTimes(
  old: KubeObject | undefined,
  entries: ManagedFieldsEntry[] | undefined,
  changes: Comparison,
): ManagedFieldsEntry[] | undefined {
  const changed = [changes.added, changes.removed, changes.modified].some(
    (set) => !isEmptySet(withoutIdentityFields(set)),
  );
  return !changed && entriesEqualButTimes(old?.metadata.managedFields, entries) ? old?.metadata.managedFields : entries;
}

/** Do two lists of entries say the same but for their times? */
export function entriesEqualButTimes(
  left: ManagedFieldsEntry[] | undefined,
  right: ManagedFieldsEntry[] | undefined,
): boolean {
  const timeless = (entries: ManagedFieldsEntry[] | undefined) =>
    (entries ?? []).map((entry): JsonValue => ({ ...entry, time: null }) as JsonValue);
  return jsonEquals(timeless(left), timeless(right));
}

export function setManagedFields(object: KubeObject, entries: ManagedFieldsEntry[] | undefined): void {
  if (entries) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}
