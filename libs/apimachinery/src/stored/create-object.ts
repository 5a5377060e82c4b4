import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../kube-object.js';
import type { RequestContext } from '../resource-definition.js';
import { ApiError } from '../status/api-error.js';
import { alreadyExists, badRequest, invalid } from '../status/errors.js';
import { generatedName } from './generated-name.js';
import { metadataErrors } from './object-meta-rules.js';
import { decorated, type Stored } from './stored.js';
import { trackFields } from './track-fields.js';

/** A generated name that is taken is drawn again so many times. */
const NAME_ATTEMPTS = 8;

/** Makes a new object out of what the client sent: system fields, defaults, validation, storage (but for a dry run). */
export async function createObject<T extends KubeObject>(
  stored: Stored<T>,
  object: T,
  context: RequestContext,
): Promise<T> {
  const { metadata } = object;
  if (metadata.resourceVersion && metadata.resourceVersion !== '0') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  setSystemFields(object, context);
  if (metadata.name || !metadata.generateName) {
    metadata.name ??= '';
    return createNamed(stored, object, context);
  }
  for (let attempt = 1; ; attempt += 1) {
    const drawn = structuredClone(object);
    drawn.metadata.name = generatedName(metadata.generateName);
    try {
      return await createNamed(stored, drawn, context);
    } catch (error) {
      const isTaken = error instanceof ApiError && error.reason === 'AlreadyExists';
      if (!isTaken || attempt === NAME_ATTEMPTS) throw error;
    }
  }
}

async function createNamed<T extends KubeObject>(stored: Stored<T>, object: T, context: RequestContext): Promise<T> {
  const { storage, strategy, about } = stored;
  strategy.default?.(object);
  // What the server sets from here on belongs to no client.
  trackFields(stored, object, undefined, context);
  await strategy.prepareForCreate?.(object, context);
  strategy.canonicalize?.(object);
  const errors = [
    ...metadataErrors(object, { namespaced: about.namespaced, validateName: strategy.validateName?.bind(strategy) }),
    ...((await strategy.validate?.(object, undefined, context)) ?? []),
  ];
  if (errors.length > 0) throw invalid(about.kind, about.group, object.metadata.name, errors);
  const { name, namespace } = object.metadata;
  if (context.dryRun) {
    if (await storage.get({ name, namespace })) throw alreadyExists(about.plural, about.group, name);
    return decorated(stored, object);
  }
  return decorated(stored, await storage.create(object, { user: context.identity.user, requestId: context.requestId }));
}

function setSystemFields({ metadata }: KubeObject, context: RequestContext): void {
  if (context.namespace !== undefined) metadata.namespace = context.namespace;
  metadata.uid = randomUUID();
  metadata.creationTimestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  delete metadata.resourceVersion;
  delete metadata.generation;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete (metadata as { selfLink?: unknown }).selfLink;
  if (!context.isApply) delete metadata.managedFields;
}
