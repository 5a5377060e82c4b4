import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** An image was pushed to a tag of the integrated registry. Published by tag-tracker once it is recorded. */
export const ImagePushed = defineEvent(
  'tag-tracker',
  'ImagePushed',
  z.object({
    position: fields.position,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag,
    image: fields.image,
    by: fields.by,
  }),
);
