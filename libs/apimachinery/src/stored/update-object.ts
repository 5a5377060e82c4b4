import type { KubeObject } from '../kube-object.js';
import type { RequestContext } from '../resource-definition.js';
import { conflict, invalid, OBJECT_MODIFIED } from '../status/errors.js';
import { Verbatim } from '../status/field-errors.js';
import { metadataErrors, metadataUpdateErrors } from './object-meta-rules.js';
import { saySame } from './same-object.js';
import { decorated, existing, keyOf, type Stored } from './stored.js';
import { trackFields } from './track-fields.js';

/**
 * Replaces an object by what the client sent: version and uid checked, what the system owns restored, validated, and
 * stored if anything is different. An object in deletion whose last finalizer is gone is removed.
 */
export async function updateObject<T extends KubeObject>(
  stored: Stored<T>,
  object: T,
  context: RequestContext,
): Promise<{ object: T; created: boolean }> {
  const { storage, strategy, about } = stored;
  const old = await existing(stored, keyOf(context));
  checkVersion(stored, object, old);
  restoreSystemFields(object, old);
  strategy.default?.(object);
  trackFields(stored, object, old, context);
  await strategy.prepareForUpdate?.(object, old, context);
  strategy.canonicalize?.(object);
  const errors = [
    ...metadataUpdateErrors(object, old),
    ...metadataErrors(object, { namespaced: about.namespaced, validateName: strategy.validateName?.bind(strategy) }),
    ...((await strategy.validate?.(object, old, context)) ?? []),
  ];
  if (errors.length > 0) throw invalid(about.kind, about.group, old.metadata.name, errors);

  const writer = { user: context.identity.user, requestId: context.requestId };
  if (old.metadata.deletionTimestamp && !object.metadata.finalizers?.length) {
    if (!context.dryRun) await storage.delete(keyOf(context), old.metadata.resourceVersion!, writer);
    return { object: decorated(stored, object), created: false };
  }
  if (saysSame(stored, object, old)) return { object: decorated(stored, old), created: false };
  if (context.dryRun) return { object: decorated(stored, object), created: false };
  return { object: decorated(stored, await storage.update(object, writer)), created: false };
}

function checkVersion<T extends KubeObject>({ strategy, about }: Stored<T>, object: T, old: T): void {
  const { name, uid, resourceVersion } = object.metadata;
  const refuse = (detail: string): Error => conflict(about.plural, about.group, name || old.metadata.name, detail);
  if (uid && uid !== old.metadata.uid) {
    throw refuse(`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`);
  }
  if (!resourceVersion || resourceVersion === '0') {
    if (strategy.allowUnconditionalUpdate === false) {
      throw invalid(about.kind, about.group, old.metadata.name, [
        {
          field: 'metadata.resourceVersion',
          type: 'Invalid',
          value: new Verbatim('0x0'),
          detail: 'must be specified for an update',
        },
      ]);
    }
  } else if (resourceVersion !== old.metadata.resourceVersion) {
    throw refuse(OBJECT_MODIFIED);
  }
}

/** What clients cannot change is taken over without a word, as Kubernetes does; names were matched with the URL before. */
function restoreSystemFields(object: KubeObject, { metadata: old }: KubeObject): void {
  const { metadata } = object;
  metadata.name ||= old.name;
  metadata.namespace ||= old.namespace;
  metadata.uid = old.uid;
  metadata.resourceVersion = old.resourceVersion;
  metadata.creationTimestamp = old.creationTimestamp;
  restore(metadata, old, 'generation');
  restore(metadata, old, 'generateName');
  restore(metadata, old, 'deletionTimestamp');
  restore(metadata, old, 'deletionGracePeriodSeconds');
  delete (metadata as { selfLink?: unknown }).selfLink;
  if (metadata.namespace === undefined) delete metadata.namespace;
}

function restore<M extends object, K extends keyof M>(metadata: M, old: M, field: K): void {
  if (old[field] === undefined) delete metadata[field];
  else metadata[field] = old[field];
}

/** Compared as they would go out: computed fields that a client sends back are no change. */
function saysSame<T extends KubeObject>(stored: Stored<T>, object: T, old: T): boolean {
  if (!stored.strategy.decorate) return saySame(object, old);
  return saySame(decorated(stored, structuredClone(object)), decorated(stored, structuredClone(old)));
}
