import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** A stream has tags (or its whole repository) to be imported. Published by tag-tracker, one import of one stream each. */
export const ImportRequested = defineEvent(
  'tag-tracker',
  'ImportRequested',
  z.object({
    position: fields.position,
    importId: z.string(),
    namespace: fields.namespace,
    stream: fields.stream,
    uid: fields.uid,
    cause: z
      .enum(['created', 'changed', 'requested', 'check-removed', 'policy-changed'])
      .describe(
        'created: a new tag; changed: its source changed; requested: generation 0; check-removed: the annotation that says "imported" went away; policy-changed: nothing to fetch now, the schedule or policy is another one.',
      ),
    by: fields.by.optional(),
    items: z
      .array(
        z.looseObject({
          tag: fields.tag,
          generation: fields.generation.describe("The spec tag's generation; a result for an older one is dropped."),
          from: z.string().describe('The image to import, as the user wrote it.'),
          importPolicy: fields.importPolicy,
          referencePolicy: fields.referencePolicy,
          platform: z
            .looseObject({ architecture: z.string().optional(), os: z.string().optional() })
            .optional()
            .describe('Child of a manifest list that the tag prefers.'),
        }),
      )
      .describe('Tags to import; may be empty beside a repository.'),
    repository: z
      .looseObject({
        from: z.string().describe('The repository to import, without tag.'),
        importPolicy: fields.importPolicy,
        referencePolicy: fields.referencePolicy,
      })
      .optional(),
  }),
);
