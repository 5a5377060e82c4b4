import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** One tag's image was found in its registry. Published by importer, one per tag of an import. */
export const ImageImported = defineEvent(
  'importer',
  'ImageImported',
  z.object({
    position: fields.position,
    ...fields.resultPlace,
    namespace: fields.namespace,
    stream: fields.stream,
    tag: fields.tag,
    generation: fields.generation.optional().describe('Of the spec tag that asked; absent for tags of a repository.'),
    image: fields.image,
    dockerImageReference: z.string().describe('Where the image was found, by digest.'),
    firstSeen: z.iso.datetime().describe('When the importer first saw this digest for this tag.'),
    imageUrl: z.string().optional().describe('Where the Image object can be read as JSON.'),
  }),
);
