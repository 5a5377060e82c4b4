import { asJson, cloneJson, isJsonObject, jsonEquals, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { namedShape, type Shape } from '../decode/schema-shape.js';
import { readAs } from '../decode/walk-schema.js';
import type { KubeObject } from '../kube-object.js';
import { ApiError } from '../status/api-error.js';
import { conflictError, findConflicts } from './conflicts.js';
import { compareFields, fieldSetOf } from './field-sets-of.js';
import { findDuplicate } from './duplicate-items.js';
import { difference, union } from './field-set.js';
import { fieldsOfLastApplied, KUBECTL, refreshLastApplied } from './last-applied.js';
import {
  identify,
  readManagers,
  takeAway,
  toSeconds,
  withoutIdentityFields,
  writeManagers,
  type ManagerIdentity,
  type Managers,
} from './managers.js';
import { mergeApplied } from './merge-applied.js';
import { pruneApplied } from './prune-applied.js';
import { emptyObject, trackedForm, type TypeOfObject } from './tracked.js';
import { typedForm } from './typed-form.js';
import { claim, entriesEqualButTimes, setManagedFields } from './update-managed-fields.js';

export interface ApplyServerSideInput extends TypeOfObject {
  /** The stored object; absent when the apply creates it. */
  current?: KubeObject;
  /** What the client applies, as it sent it (no defaults). */
  applied: KubeObject;
  manager: string;
  /** Take fields over from other managers instead of answering 409. */
  force: boolean;
  subresource?: string;
  now: Date;
  /** The API version applied in, e.g. `image.openshift.io/v1`. */
  apiVersion: string;
}

/** Owner of everything in an object that nobody tracked until its first apply. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * Server-side apply: merges what the client applies into the stored object, removes what the same manager applied
 * before and left out now, and records who owns what. The result is not defaulted.
 * @throws ApiError 409 Conflict with one `FieldManagerConflict` cause per field another manager owns and `force` is not
 * set; 400 BadRequest when the client sends managedFields, or two items under one key of a list
 */
export function applyServerSide(input: ApplyServerSideInput): KubeObject {
  if ((input.applied.metadata.managedFields ?? []).length > 0) {
    throw new ApiError('BadRequest', 'metadata.managedFields must be nil');
  }
  const operation = new ApplyOperation(input);
  const result = operation.run(input.force);
  if (input.manager === KUBECTL) refreshLastApplied(result, input.applied);
  return result;
}

class ApplyOperation {
  private readonly shape: Shape;
  private readonly live: JsonObject;
  private readonly about: ManagerIdentity;

  constructor(private readonly input: ApplyServerSideInput) {
    this.shape = namedShape(input.schema, input.schemas);
    this.live = this.typed(input.current ?? emptyObject());
    this.about = {
      manager: input.manager,
      operation: 'Apply',
      apiVersion: input.apiVersion,
      subresource: input.subresource,
    };
  }

  run(force: boolean): KubeObject {
    const { input, shape } = this;
    const managers = this.managersBefore();
    const applier = identify(this.about);
    const last = managers.get(applier);
    const config = withoutManagedFields(input.applied);
    refuseDuplicates(config, shape, input);
    const fields = withoutIdentityFields(fieldSetOf(config, shape, input.schemas));
    managers.set(applier, { ...this.about, fields, ...(last?.time ? { time: last.time } : {}) });

    const merged = mergeApplied(this.live, config, shape, input.schemas);
    const next = last ? pruneApplied(merged, managers, last.fields, shape, input.schemas) : merged;
    const changes = compareFields(this.live, next, shape, input.schemas);
    const changed = withoutIdentityFields(union(changes.modified, changes.added));
    if (!force) this.refuseConflicts(managers, applier, changed);
    takeAway(managers, union(changed, changes.removed), applier);
    this.stamp(managers, applier, jsonEquals(this.live, next));
    return this.result(next, managers);
  }

  /** The managers of the stored object; one that never had any gets its present fields recorded first. */
  private managersBefore(): Managers {
    const { input } = this;
    const managers = readManagers(input.current) ?? new Map();
    if (managers.size > 0 || !input.current) return managers;
    const before = trackedForm(emptyObject(), input, input.subresource);
    const changes = compareFields(
      before,
      trackedForm(input.current, input, input.subresource),
      this.shape,
      input.schemas,
    );
    claim(
      managers,
      { manager: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion: input.apiVersion },
      changes,
      input.now,
    );
    return managers;
  }

  private refuseConflicts(managers: Managers, applier: string, changed: ReturnType<typeof union>): void {
    const { input } = this;
    const allowed =
      input.manager === KUBECTL && input.current
        ? fieldsOfLastApplied(input.current, input.apiVersion, input)
        : undefined;
    const conflicts = findConflicts(managers, applier, allowed ? difference(changed, allowed) : changed);
    if (conflicts.length > 0) throw conflictError(conflicts);
  }

  /** An apply that changed nothing leaves the entry's time as it was. */
  private stamp(managers: Managers, applier: string, unchanged: boolean): void {
    const entry = managers.get(applier);
    if (entry && !unchanged) managers.set(applier, { ...entry, time: toSeconds(this.input.now) });
  }

  private result(next: JsonValue, managers: Managers): KubeObject {
    const { input, shape } = this;
    const { value } = readAs(typedForm(next, shape, input.schemas), shape, input.schemas);
    const object = (isJsonObject(value) ? value : {}) as unknown as KubeObject;
    object.apiVersion = input.apiVersion;
    object.kind = input.applied.kind;
    object.metadata ??= {} as KubeObject['metadata'];
    const entries = writeManagers(managers);
    const before = input.current?.metadata.managedFields;
    const unchanged = jsonEquals(this.live, next) && entriesEqualButTimes(before, entries);
    setManagedFields(object, unchanged ? before : entries);
    return object;
  }

  private typed(object: KubeObject): JsonObject {
    const { schemas } = this.input;
    const typed = typedForm(withoutManagedFields(object), this.shape, schemas);
    return isJsonObject(typed) ? typed : {};
  }
}

/** Two items under one key could not be told apart. */
function refuseDuplicates(
  config: JsonObject,
  shape: Shape,
  { applied, apiVersion, schemas }: ApplyServerSideInput,
): void {
  const duplicate = findDuplicate(config, shape, schemas);
  if (duplicate === undefined) return;
  const { namespace = '', name } = applied.metadata;
  const about = `${namespace}/${name}; ${apiVersion}, Kind=${applied.kind}`;
  throw new ApiError('BadRequest', `failed to create typed patch object (${about}): ${duplicate}`);
}

function withoutManagedFields(object: KubeObject): JsonObject {
  const plain = cloneJson(asJson(object));
  const metadata = plain['metadata'];
  if (isJsonObject(metadata)) delete metadata['managedFields'];
  return plain;
}
