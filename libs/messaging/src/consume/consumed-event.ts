import type { DataOf, EventDefinition, EventRow } from '@faktorz/domain';
import type { LoggedCloudEvent } from '@faktorz/persistence';

/** An event as it arrived, from JetStream or from its owner. */
export interface IncomingEvent {
  position: bigint;
  /** Position of the owner's event before this one. */
  previous: bigint;
  event: LoggedCloudEvent;
}

/** An event as handlers get it. */
export interface ConsumedEvent<E extends EventDefinition = EventDefinition> {
  /** `<owner>:<position>`. */
  id: string;
  type: string;
  owner: string;
  position: bigint;
  /** `namespace/stream:tag`, as far as the event has them. */
  subject: string;
  /** When it was committed, RFC 3339. */
  time: string;
  data: DataOf<E>;
  /** The whole CloudEvent, to be passed on. */
  cloudEvent: LoggedCloudEvent;
}

/** What a handler of `definition` gets; throws `ZodError` when the data is not what the definition says. */
export function consumedEvent<E extends EventDefinition>(
  owner: string,
  { position, event }: IncomingEvent,
  definition: E | undefined,
): ConsumedEvent<E> {
  const { id, type, subject = '', time = '' } = event;
  const data = (definition ? definition.schema.parse(event.data) : event.data) as DataOf<E>;
  return { id, type, owner, position, subject, time, data, cloudEvent: event };
}

/** An event as `ReadEvents` gives it. */
export function incomingEvent(row: EventRow): IncomingEvent {
  return {
    position: BigInt(row.position),
    previous: BigInt(row.previous),
    event: row.event as unknown as LoggedCloudEvent,
  };
}
