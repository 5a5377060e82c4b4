import { z } from 'zod';
import { CloudEventEnvelope } from './cloud-event.js';
import type { EventDefinition } from './define-event.js';

/** A JSON Schema (draft 7) as plain JSON. */
export type JsonSchema = Record<string, unknown>;

/** JSON Schema of an event's data. */
export function eventJsonSchema(definition: EventDefinition): JsonSchema {
  return draft7(definition.schema);
}

/** JSON Schema of a whole event: the envelope with this event's type and data. */
export function cloudEventJsonSchema(definition: EventDefinition): JsonSchema {
  return draft7(
    CloudEventEnvelope.extend({
      source: z.literal(`/faktorz/${definition.owner}`),
      type: z.literal(definition.type),
      data: definition.schema,
    }),
  );
}

function draft7(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
  return JSON.parse(JSON.stringify(rest)) as JsonSchema;
}
