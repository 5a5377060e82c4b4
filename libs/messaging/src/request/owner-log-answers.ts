import { ReadEvents, ReadHead } from '@faktorz/domain';
import { type ChangeLog, type EventBounds, MAX_MESSAGE_BYTES } from '@faktorz/persistence';
import type { RequestServer } from './request-server.js';

/** Room for the packet around the rows. */
const PACKET_BYTES = 2048;

/** Lets an owner answer how far its log goes, and give out its events. */
export function answerFromLog(server: RequestServer, log: ChangeLog): void {
  server.answer(ReadHead.of(log.owner), async () => logHead(await log.eventBounds()));
  server.answer(ReadEvents.of(log.owner), async (ask) => {
    const { after, limit } = ask as { after: string; limit: number };
    const { rows, bounds } = await log.readEvents(BigInt(after), limit);
    const wire = rows.map(({ position, previous, event }) => ({
      position: String(position),
      previous: String(previous),
      event,
    }));
    return { rows: asManyAsFit(wire), head: logHead(bounds) };
  });
}

function logHead({ head, floor }: EventBounds): { head: string; floor: string } {
  return { head: String(head), floor: String(floor) };
}

/** The first rows that fit into a message, at least one: no event is larger than a message. */
export function asManyAsFit<Row>(rows: readonly Row[]): Row[] {
  let left = MAX_MESSAGE_BYTES - PACKET_BYTES;
  const end = rows.findIndex((row, index) => {
    left -= Buffer.byteLength(JSON.stringify(row)) + 1;
    return left < 0 && index > 0;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}
