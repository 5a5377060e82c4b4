/** Where a tag's image comes from. */
export interface TagSource {
  kind: string;
  name: string;
  namespace?: string;
}

export type ImportMode = 'Legacy' | 'PreserveOriginal';

export interface ImportPolicy {
  insecure?: boolean;
  scheduled?: boolean;
  importMode?: ImportMode;
}

export interface ReferencePolicy {
  type: 'Source' | 'Local';
}

/** One entry of an image stream's `spec.tags`, in its API shape. */
export interface TagReference {
  name: string;
  annotations: Record<string, string> | null;
  from?: TagSource;
  reference?: boolean;
  generation?: number | null;
  importPolicy: ImportPolicy;
  referencePolicy: ReferencePolicy;
}

/** One entry of a tag's history, newest first in `status.tags[].items`, in its API shape. */
export interface TagEvent {
  created: string;
  dockerImageReference: string;
  image: string;
  generation: number;
}

/** Why a tag came to point at an image. */
export type TagCause = 'import' | 'push' | 'tag' | 'follow' | 'rollback';

/** What a history entry stores beside its API fields; written once, never rewritten. */
export interface TagEventRecord {
  /** When FaktorZ first saw this digest for this tag (RFC 3339). */
  firstSeen: string;
  cause: TagCause;
  /** User name of who caused it; `system:faktorz:<service>` for background work. */
  by: string;
  /** Id of the event or request that caused it (importId, push, API request). */
  causeId?: string;
}

/** `TagEvent` plus why it is there. */
export interface RecordedTagEvent extends TagEvent {
  record: TagEventRecord;
}

export interface TagCondition {
  type: 'ImportSuccess';
  status: 'True' | 'False';
  lastTransitionTime: string;
  reason?: string;
  message?: string;
  generation: number;
}

/** One entry of `status.tags`. */
export interface TagStatus {
  tag: string;
  items: TagEvent[] | null;
  conditions?: TagCondition[];
}
