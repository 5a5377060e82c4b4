import type { TriggerTarget } from '../targets/target.js';
import { type ImageTrigger, InvalidTriggers } from './trigger-annotation.js';
import type { ObjectState } from './triggered-object.js';

/** The tags an object names, each as `namespace/stream:tag`. */
export interface NamedTags {
  /** Of triggers that can fire. */
  tags: string[];
  /** Named by paused triggers alone. */
  paused_tags: string[];
}

/** `namespace/stream:tag`. */
export function tagName({ namespace, stream, tag }: Pick<ImageTrigger, 'namespace' | 'stream' | 'tag'>): string {
  return `${namespace}/${stream}:${tag}`;
}

/** Tags whose moves concern the object; none when its triggers cannot be read, which a run reports. */
export function namedTags({ notation }: TriggerTarget, state: ObjectState, namespace: string): NamedTags {
  let triggers: ImageTrigger[];
  try {
    triggers = notation.triggersOf(state, namespace);
  } catch (error) {
    if (error instanceof InvalidTriggers) return { tags: [], paused_tags: [] };
    throw error;
  }
  const tags = new Set(triggers.filter(({ isPaused }) => !isPaused).map(tagName));
  const paused = new Set(triggers.filter(({ isPaused }) => isPaused).map(tagName));
  return { tags: [...tags], paused_tags: [...paused].filter((tag) => !tags.has(tag)) };
}
