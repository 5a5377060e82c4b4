import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** An object that names a tag was brought up to date with it. Published by trigger-dispatcher. */
export const TriggerFired = defineEvent(
  'trigger-dispatcher',
  'TriggerFired',
  z.object({
    position: fields.position,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag,
    image: fields.image,
    previousImage: fields.previousImage,
    target: z
      .looseObject({
        cluster: z.string(),
        apiVersion: z.string(),
        kind: z.string(),
        namespace: z.string(),
        name: z.string(),
        fieldPath: z.string(),
      })
      .describe('The field that was set.'),
  }),
);
