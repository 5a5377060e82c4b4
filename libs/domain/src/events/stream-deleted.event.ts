import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** An image stream is gone, with all its tags. Published by tag-tracker. */
export const StreamDeleted = defineEvent(
  'tag-tracker',
  'StreamDeleted',
  z.object({
    position: fields.position,
    namespace: fields.namespace,
    stream: fields.stream,
    uid: fields.uid,
    by: fields.by,
  }),
);
