import { type CloudEvent, cloudEvent, type DataOf, type EventDefinition, eventSubject } from '@faktorz/domain';
import type { NewEvent } from '../change-log.types.js';

/** No event, message or reply is larger (architecture, rule 1). */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** An event is too large to travel over NATS: what it is about has to be read from its owner instead. */
export class EventTooLarge extends Error {
  constructor(
    readonly type: string,
    readonly sizeBytes: number,
  ) {
    super(`an event of type ${type} has ${sizeBytes} bytes, more than the ${MAX_MESSAGE_BYTES} a message may have`);
    this.name = 'EventTooLarge';
  }
}

/** Leaves room in a reply for what is around an event. */
const MAX_EVENT_BYTES = MAX_MESSAGE_BYTES - 8192;

/** An event in its envelope, as it is stored, published and read; its data as it came, whatever its type. */
export type LoggedCloudEvent = Omit<CloudEvent, 'data'> & { data: Record<string, unknown> };

/** Throws `ZodError` when the data is not what the event's definition says, `EventTooLarge` when it is too much. */
export function checkEventData(event: NewEvent): void {
  const { definition, data } = event;
  definition.schema.parse({ ...data, position: '0' });
  const sizeBytes = Buffer.byteLength(JSON.stringify(data));
  if (sizeBytes > MAX_EVENT_BYTES) throw new EventTooLarge(definition.type, sizeBytes);
}

/** An event that got its position, in its envelope. */
export function envelopeOf({ definition, subject, data }: NewEvent, position: string, time: Date): LoggedCloudEvent {
  return cloudEvent(definition, {
    position,
    subject,
    time: time.toISOString(),
    data: data as DataOf<EventDefinition>,
  }) as LoggedCloudEvent;
}

/** The same as JSON; throws `EventTooLarge`. */
export function cloudEventJson(event: NewEvent, position: string, time: Date): string {
  const { definition } = event;
  const json = JSON.stringify(envelopeOf(event, position, time));
  const sizeBytes = Buffer.byteLength(json);
  if (sizeBytes > MAX_MESSAGE_BYTES - 4096) throw new EventTooLarge(definition.type, sizeBytes);
  return json;
}

/** The NATS subject the event is published on. */
export function subjectOfEvent({ definition: { owner, name }, namespace, stream }: NewEvent): string {
  return eventSubject({ owner, name, namespace, stream });
}
