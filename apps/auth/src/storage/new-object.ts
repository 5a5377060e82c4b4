import type { KubeObject, ObjectMeta, WriteContext } from '@faktorz/apimachinery';
import { randomUUID } from 'node:crypto';

/** Writes that auth makes by itself. */
export const OWN_WRITES: WriteContext = { user: 'system:faktorz:auth', requestId: 'auth' };

/** The metadata of an object that auth makes by itself. */
export function newMetadata(metadata: Pick<ObjectMeta, 'name'> & Partial<ObjectMeta>): KubeObject['metadata'] {
  return { ...metadata, uid: randomUUID(), creationTimestamp: nowInSeconds() };
}

/** Kubernetes' times have whole seconds. */
export function nowInSeconds(now = new Date()): string {
  return now.toISOString().replace(/\.\d+Z$/, 'Z');
}
