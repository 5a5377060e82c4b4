import type { KubeObject } from '@faktorz/apimachinery';
import type { ObjectName, TriggerTarget } from '../targets/target.js';
import type { TargetRequest } from '../targets/trigger-notation.js';

/** One line of a watch. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** For ERROR a `Status`. */
  object: KubeObject & { message?: string; code?: number };
}

/** A page of a list, with the version the whole list shows. */
export interface ObjectPage {
  version: string;
  items: KubeObject[];
}

/**
 * The Kubernetes API of one cluster, our own store included. What the API refuses is thrown as an `ApiError`: `Conflict`
 * where somebody else was quicker, `NotFound` where the object (or the kind) is gone, `Expired` where a version is too
 * old; `TooManyRequests` and `ServiceUnavailable` carry `details.retryAfterSeconds` where the API said so. No answer at
 * all is `ClusterUnreachable`.
 */
export interface ClusterClient {
  /** Name of the Cluster; empty: our own store. */
  readonly cluster: string;
  /** Does the cluster have this kind? */
  serves(target: TriggerTarget, signal: AbortSignal): Promise<boolean>;
  /** All objects of a kind (of one namespace, when given), page by page. */
  list(target: TriggerTarget, signal: AbortSignal, namespace?: string): AsyncGenerator<ObjectPage>;
  /** What happens to objects of a kind after a version, until the server ends the watch. */
  watch(target: TriggerTarget, after: string, signal: AbortSignal, namespace?: string): AsyncGenerator<WatchEvent>;
  get(target: TriggerTarget, name: ObjectName): Promise<KubeObject>;
  /** A write under the field manager of this service; the object as it is then, unless a subresource was written. */
  send(target: TriggerTarget, name: ObjectName, request: TargetRequest): Promise<KubeObject | undefined>;
  /** An image reference as this cluster's nodes can use it. */
  reachable(image: string): string;
  /** Writes a Kubernetes Event (core v1) into a namespace. */
  report(namespace: string, event: object): Promise<void>;
}

/** The cluster gave no answer: it is down, too slow, or may not be reached. */
export class ClusterUnreachable extends Error {
  constructor(
    readonly cluster: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${cluster === '' ? 'our own store' : `cluster ${cluster}`} cannot be reached: ${reason}`, options);
  }
}

/** The Cluster was deleted, is suspended, or its kubeconfig cannot be used: nothing is written to it for now. */
export class ClusterUnusable extends Error {
  constructor(
    readonly cluster: string,
    /** A word for conditions, such as `KubeconfigMissing`. */
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
