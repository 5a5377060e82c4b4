import { z } from 'zod';
import { Identity } from '../identity.js';
import { defineRequest } from './define-request.js';

/**
 * The results of one ImageStreamImport, to be applied in one write. The results themselves (statuses and image
 * objects, possibly megabytes) are read by tag-tracker over HTTP from `resultsUrl`, with its own service identity.
 */
export const ApplyImport = defineRequest(
  'tag-tracker.import.apply',
  z.object({
    /** Applying the same import twice gives the first answer again. */
    importId: z.string(),
    namespace: z.string(),
    stream: z.string(),
    by: Identity,
    /** Answers `ImportResults` (see `libs/domain/src/import`) as JSON. */
    resultsUrl: z.string(),
  }),
  z.object({
    /** Set when the stream was written or is unchanged; the caller reads it over HTTP. */
    resourceVersion: z.string().optional(),
    /** Set when the request must fail as a whole: a Kubernetes Status. */
    failure: z.record(z.string(), z.unknown()).optional(),
  }),
);
