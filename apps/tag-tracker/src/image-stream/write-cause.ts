import type { WriteContext } from '@faktorz/apimachinery';
import type { WriteCause } from './stream-draft.js';

/** The cause of a write that an API request makes now. */
export function writeCause(context: WriteContext): WriteCause {
  return { by: context.user, id: context.requestId, now: timestamp(new Date()) };
}

/** RFC 3339, UTC, whole seconds, as Kubernetes writes times. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
