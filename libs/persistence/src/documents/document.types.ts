import type { KubeObject, WriteContext } from '@faktorz/apimachinery';
import type { ChangeTransaction, NewEvent } from '../change-log.types.js';

/** A write to a document, as hooks see it. */
export interface DocumentChange<T extends KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The object as written; for DELETED its last state. */
  object: T;
  /** What was there before a MODIFIED. */
  previous?: T;
  context: WriteContext;
}

/** Encrypts parts of a document before it is stored. Hooks may return new objects; they must not change what they get. */
export interface DocumentCipher<T extends KubeObject> {
  seal(object: T): object | Promise<object>;
  open(stored: object): T | Promise<T>;
}

export interface DocumentOptions<T extends KubeObject> {
  /** Plural and group, e.g. `secrets`, `images.image.openshift.io`: the resource of its log rows. */
  resource: string;
  apiVersion: string;
  kind: string;
  /** Events to publish with a change, in the same transaction. The first shares the change's position. */
  events?(change: DocumentChange<T>): readonly NewEvent[];
  /** Further statements of the same transaction, e.g. to keep rows that are derived from the object. */
  alongside?(tx: ChangeTransaction, change: DocumentChange<T>): Promise<void>;
  cipher?: DocumentCipher<T>;
  /** Values of field selectors that are no plain path of the document. */
  fields?: Readonly<Record<string, (object: T) => string>>;
}

/** Which object one is, beside what it holds. */
export interface ObjectIdentity {
  name: string;
  uid: string;
  resourceVersion: string;
  /** RFC 3339. */
  creationTimestamp: string;
}

/** A stored version, its document as JSON text so that every reader gets an object of its own. */
export interface StoredVersion {
  namespace: string;
  name: string;
  uid: string;
  /** Position as decimal string. */
  valid_from: string;
  document: string;
}

/** `valid_to` of a version that is the current one. */
export const CURRENT = '9223372036854775807';
