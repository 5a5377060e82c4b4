import type { EventDefinition } from './define-event.js';
import { allEvents } from './index.js';
import { cloudEventJsonSchema, type JsonSchema } from './event-schema.js';

/** All events as an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0): who publishes what where, in which shape. */
export function asyncApiDocument(events: readonly EventDefinition[] = allEvents): JsonSchema {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'FaktorZ events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in structured JSON on the JetStream stream faktorz-events. An event says that something changed; what is so now is read from the owner. Unknown fields are to be ignored.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(events.map((event) => [event.kind, channel(event)])),
    operations: Object.fromEntries(events.map((event) => [`publish${event.kind}`, operation(event)])),
    components: { messages: Object.fromEntries(events.map((event) => [event.kind, message(event)])) },
  };
}

function channel({ owner, name, kind }: EventDefinition): JsonSchema {
  return {
    address: `faktorz.events.${owner}.${name}.{namespace}.{stream}`,
    messages: { [kind]: { $ref: `#/components/messages/${kind}` } },
    parameters: {
      namespace: { description: 'Namespace, dots written %2E; _ where the event has none.' },
      stream: { description: 'Image stream, dots written %2E; _ where the event has none.' },
    },
  };
}

function operation({ owner, kind }: EventDefinition): JsonSchema {
  return {
    action: 'send',
    summary: `Published by ${owner}.`,
    channel: { $ref: `#/channels/${kind}` },
    messages: [{ $ref: `#/channels/${kind}/messages/${kind}` }],
  };
}

function message(definition: EventDefinition): JsonSchema {
  return {
    name: definition.type,
    title: definition.kind,
    contentType: 'application/cloudevents+json',
    headers: {
      type: 'object',
      properties: {
        'Nats-Msg-Id': { type: 'string', description: '<owner>:<position>' },
        'faktorz-position': { type: 'string', description: 'Position of this event.' },
        'faktorz-previous': {
          type: 'string',
          description: "Position of the owner's event before it; 0 for the first.",
        },
      },
    },
    payload: cloudEventJsonSchema(definition),
  };
}
