import type { RecordedTagEvent, TagCause, TagEvent, TagEventRecord } from './types.js';

/** Who and what moves tags in one write. */
export interface Mover {
  cause: TagCause;
  /** User name. */
  by: string;
  causeId?: string;
}

/**
 * What a new history entry is to remember.
 * @param firstSeen when this digest first stood in this tag's history; now, when it is new there.
 */
export function tagEventRecord(mover: Mover, firstSeen: string): TagEventRecord {
  return {
    firstSeen,
    cause: mover.cause,
    by: mover.by,
    ...(mover.causeId !== undefined && { causeId: mover.causeId }),
  };
}

/** A history entry with its record. */
export function recordTagEvent(event: TagEvent, mover: Mover, firstSeen: string): RecordedTagEvent {
  return { ...event, record: tagEventRecord(mover, firstSeen) };
}
