import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** A tag points at another image, or has it pulled from elsewhere. Published by tag-tracker, once per change of the tag. */
export const TagUpdated = defineEvent(
  'tag-tracker',
  'TagUpdated',
  z.object({
    position: fields.position,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag,
    generation: fields.generation,
    image: fields.image,
    dockerImageReference: z.string().describe('Where the image is, by digest.'),
    pullSpec: z
      .string()
      .optional()
      .describe('Where pods pull it from, which is what triggers write; absent where it is the dockerImageReference.'),
    previousImage: fields.previousImage,
    cause: z.enum(['import', 'push', 'tag', 'follow', 'rollback']),
    by: fields.by,
    causeId: z.string().optional().describe('Id of the import, push or request that caused it.'),
  }),
);
