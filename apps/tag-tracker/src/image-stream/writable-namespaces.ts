import type { ChangeTransaction } from '@faktorz/persistence';

/** Nest token of `WritableNamespaces`. */
export const NAMESPACES = Symbol('Namespaces');

/** Throws `NotFound` or `Forbidden` where nothing may be created. */
export interface WritableNamespaces {
  assertWritable(namespace: string): Promise<void>;
  /** As `assertWritable`, for a namespace it has let pass, and until the transaction ends. */
  holdWritable(tx: ChangeTransaction, namespace: string): Promise<void>;
}
