import type { StreamDraft } from './stream-draft.js';
import type { StreamHead } from './stream-rows.js';

/** A stream opened for one write. */
export interface OpenStream {
  /** As it was; absent when the write creates it. */
  before?: StreamHead;
  /** As it will be; the write changes it in place. */
  head: StreamHead;
  draft: StreamDraft;
}
