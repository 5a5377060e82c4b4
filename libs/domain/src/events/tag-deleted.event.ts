import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** A tag is gone, with its history. Published by tag-tracker; not for every tag of a stream that is deleted. */
export const TagDeleted = defineEvent(
  'tag-tracker',
  'TagDeleted',
  z.object({
    position: fields.position,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag,
    previousImage: fields.previousImage,
    by: fields.by,
  }),
);
