import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** One tag of an import failed, or the list of a repository's tags (then there is no `tag`). Published by importer. */
export const ImportFailed = defineEvent(
  'importer',
  'ImportFailed',
  z.object({
    position: fields.position,
    ...fields.resultPlace,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag.optional(),
    generation: fields.generation.optional().describe('Of the spec tag that asked; absent for tags of a repository.'),
    reason: z.string().describe('Reason of the Kubernetes Status, e.g. NotFound.'),
    message: z.string(),
    retryAfter: z.iso.datetime().optional().describe('Not tried again before; absent when only a change can help.'),
  }),
);
