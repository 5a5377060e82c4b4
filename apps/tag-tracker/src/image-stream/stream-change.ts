import type { ManagedFieldsEntry } from '@faktorz/apimachinery';
import type { RecordedTagEvent, TagEvent, TagReference } from '@faktorz/domain';
import type { StreamHead, TagRow } from './stream-rows.js';

/** A history entry as stored: `seq` orders a tag's entries, the newest has the highest. */
export interface StoredTagEvent extends RecordedTagEvent {
  seq: string;
}

/** What one write does to one tag. */
export interface TagChange {
  tag: string;
  /** The tag's new row; `null` removes the tag with its whole history; absent leaves the row as it is. */
  row?: TagRow | null;
  /** Entries that are no longer part of the history, or are replaced by an entry of the same `seq` in `insert`. */
  end: readonly string[];
  /** New entries, oldest first; with `seq` where they replace one. */
  insert: readonly (RecordedTagEvent & { seq?: string })[];
  /** The tag's spec before. */
  specBefore?: TagReference | null;
  /** The newest entry before and after, for the events to publish. */
  before?: TagEvent;
  after?: RecordedTagEvent;
}

/** What one write does to one stream. Its size follows the change, never the size of the stream. */
export interface StreamChange {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  head: StreamHead;
  tags: readonly TagChange[];
  /** New managed fields; absent leaves them as they are, `null` removes them. */
  managedFields?: ManagedFieldsEntry[] | null;
}
