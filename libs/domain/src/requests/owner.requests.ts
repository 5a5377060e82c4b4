import { z } from 'zod';
import { defineRequest } from './define-request.js';

/** One event row of an owner's change log, as the relay publishes it. */
export const EventRow = z.object({
  /** Gap-free per owner over all log rows; events are ordered by it. */
  position: z.string(),
  /** Position of the event row before this one; `0` for the first. */
  previous: z.string(),
  /** The CloudEvent as JSON object. */
  event: z.record(z.string(), z.unknown()),
});
export type EventRow = z.infer<typeof EventRow>;

/** Where an owner's log of events stands. */
export const LogHead = z.object({
  /** Position of the newest event row; `0` when there is none. */
  head: z.string(),
  /** Position before the oldest event row still kept: a cursor below it has to be rebuilt. */
  floor: z.string(),
});
export type LogHead = z.infer<typeof LogHead>;

/** Every owner answers these two under its own name: `ReadHead.of('tag-tracker')`. */
export const ReadHead = { of: (owner: string) => defineRequest(`${owner}.log.head`, z.object({}), LogHead) };

/** Event rows after a position, oldest first, as many as fit in one reply. */
export const ReadEvents = {
  of: (owner: string) =>
    defineRequest(
      `${owner}.log.read`,
      z.object({ after: z.string(), limit: z.number().int().min(1).max(1000).default(200) }),
      z.object({ rows: z.array(EventRow), head: LogHead }),
    ),
};
