/** What a service keeps in namespaces; the app provides one under `NAMESPACE_CONTENTS`. */
export interface NamespaceContents {
  /**
   * Deletes everything in the namespace and returns when nothing is left, or when the signal aborts. May be called again
   * for a namespace that is empty already. What it throws is logged, and it is called again some seconds later.
   */
  empty(namespace: string, signal: AbortSignal): Promise<void>;
}

/** Nest token of the service's `NamespaceContents`. */
export const NAMESPACE_CONTENTS = Symbol('NamespaceContents');
