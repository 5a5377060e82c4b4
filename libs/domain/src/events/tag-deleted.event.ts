import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/**
 * A tag is gone, with its history, or points at nothing any more. Published by tag-tracker; not for every tag of a stream
 * that is deleted.
 */
export const TagDeleted = defineEvent(
  'tag-tracker',
  'TagDeleted',
  z.object({
    position: fields.position,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag,
    previousImage: fields.previousImage,
    inSpec: z
      .literal(true)
      .optional()
      .describe('Only the history of the tag is gone; absent where the tag is gone from the spec of its stream, too.'),
    by: fields.by,
  }),
);
