import { randomUUID } from 'node:crypto';
import type { StreamName } from '@faktorz/domain';
import type { StreamHead } from './stream-rows.js';

/** A stream that is about to be made. */
export function newHead({ namespace, name }: StreamName, now: string): StreamHead {
  return {
    uid: randomUUID(),
    namespace,
    name,
    position: 0n,
    generation: 0,
    labels: null,
    annotations: null,
    metadata: { creationTimestamp: now },
    localLookup: false,
    repository: null,
  };
}
