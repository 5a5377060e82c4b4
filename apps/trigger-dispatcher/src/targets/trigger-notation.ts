import type { KubeObject } from '@faktorz/apimachinery';
import type { ImageChange } from '../trigger/plan-update.js';
import type { ImageTrigger } from '../trigger/trigger-annotation.js';
import type { ObjectState } from '../trigger/triggered-object.js';

/** An object as it was at a version. */
export interface PresentObject {
  name: string;
  version: string;
  state: ObjectState;
}

/** The one request that makes the changes, of the object as it was seen: when it has changed since, the server refuses. */
export interface TargetRequest {
  method: 'PATCH' | 'POST';
  /** Below the object; absent: the object itself, and the answer is the object as it is then. */
  subresource?: string;
  contentType: string;
  body: object;
}

/** How objects of a kind say which tags their images follow, and how a new image gets into them. */
export interface TriggerNotation {
  /** Of an object, what its triggers depend on; undefined when it has none. */
  stateOf(object: KubeObject): ObjectState | undefined;
  /** The triggers that name a tag, paused ones marked. Throws InvalidTriggers. */
  triggersOf(state: ObjectState, namespace: string): ImageTrigger[];
  /** Why some of its triggers never fire, in words for its owner. Default: all can. Throws InvalidTriggers. */
  idle?(state: ObjectState): string[];
  /**
   * What has to change so that the object shows the tags of these triggers, which can fire; `resolve` gives the image of a tag, undefined for one that points
   * nowhere. Throws InvalidFieldPath or NoSuchContainer.
   */
  plan(
    state: ObjectState,
    triggers: readonly ImageTrigger[],
    resolve: (trigger: ImageTrigger) => string | undefined,
  ): ImageChange[];
  /** The request that makes changes of `plan`, of which there is at least one. */
  requestFor(changes: readonly ImageChange[], present: PresentObject): TargetRequest;
  /** Does a refusal say that the object has changed since it was seen? A Conflict always does. */
  isOvertaken?(error: Error): boolean;
  /** May a refusal end without a change of the object? Then the request is made again later. */
  isPassing?(error: Error): boolean;
  /** How a refusal is told in an Event on the object. Default: `TriggerFailed`, in its own words. */
  reportOf?(error: Error, object: { namespace: string; name: string }): { reason: string; message: string };
}
