import { z } from 'zod';
import { DomainError } from '../domain-error.js';
import type { DataOf, EventDefinition } from './define-event.js';
import { allEvents } from './index.js';

/** The envelope of every event (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md), in structured JSON. Extension attributes survive. */
export const CloudEventEnvelope = z.looseObject({
  specversion: z.literal('1.0'),
  /** `<owner>:<position>`. */
  id: z.string().min(1),
  /** `/faktorz/<owner>`. */
  source: z.string().min(1),
  type: z.string().min(1),
  /** `namespace/stream:tag`, as far as the event has them. */
  subject: z.string().optional(),
  time: z.iso.datetime().optional(),
  datacontenttype: z.literal('application/json').optional(),
  data: z.record(z.string(), z.unknown()),
});

/** An event of a known kind in its envelope. */
export interface CloudEvent<E extends EventDefinition = EventDefinition> {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject?: string;
  time?: string;
  datacontenttype?: 'application/json';
  data: DataOf<E>;
}

export interface CloudEventParts<E extends EventDefinition> {
  /** Publisher; the definition's owner unless given. */
  owner?: string;
  position: string;
  subject: string;
  /** RFC 3339. */
  time: string;
  data: DataOf<E>;
}

/** The JSON is no CloudEvent, or its data is not what its type says. */
export class InvalidEvent extends DomainError {
  readonly reason = 'Invalid';
}

/** A well-formed event of a type this version does not know. */
export class UnknownEventType extends DomainError {
  readonly reason = 'Invalid';

  constructor(readonly type: string) {
    super(`unknown event type ${JSON.stringify(type)}`);
  }
}

/** Puts an event into its envelope; the position goes into the data too. */
export function cloudEvent<E extends EventDefinition>(definition: E, parts: CloudEventParts<E>): CloudEvent<E> {
  const owner = parts.owner ?? definition.owner;
  return {
    specversion: '1.0',
    id: `${owner}:${parts.position}`,
    source: `/faktorz/${owner}`,
    type: definition.type,
    subject: parts.subject,
    time: parts.time,
    datacontenttype: 'application/json',
    data: { ...parts.data, position: parts.position },
  };
}

/** Checks an event from outside against its definition. Throws `InvalidEvent`, and `UnknownEventType`, which a consumer may skip. */
export function parseEvent(json: unknown): { definition: EventDefinition; event: CloudEvent } {
  const envelope = CloudEventEnvelope.safeParse(json);
  if (!envelope.success) throw new InvalidEvent(`not a CloudEvent: ${z.prettifyError(envelope.error)}`);
  const definition = allEvents.find(({ type }) => type === envelope.data.type);
  if (!definition) throw new UnknownEventType(envelope.data.type);
  return { definition, event: parseEventOf(definition, envelope.data) };
}

/** Checks an event against one definition. Throws `InvalidEvent`. */
export function parseEventOf<E extends EventDefinition>(definition: E, json: unknown): CloudEvent<E> {
  const envelope = CloudEventEnvelope.safeParse(json);
  if (!envelope.success) throw new InvalidEvent(`not a CloudEvent: ${z.prettifyError(envelope.error)}`);
  if (envelope.data.type !== definition.type) {
    throw new InvalidEvent(`expected an event of type ${definition.type}, not ${envelope.data.type}`);
  }
  const data = definition.schema.safeParse(envelope.data.data);
  if (!data.success) throw new InvalidEvent(`data of a ${definition.kind} is wrong: ${z.prettifyError(data.error)}`);
  return { ...envelope.data, data: data.data as DataOf<E> };
}
