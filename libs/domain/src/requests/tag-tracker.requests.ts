import { z } from 'zod';
import { Identity } from '../identity.js';
import { ImportResults } from '../import/import-results.js';
import { ImageReference } from '../image-policy/meant-image.js';
import { defineRequest } from './define-request.js';

/** More would not fit into an answer. */
export const MOST_IMAGES_AT_ONCE = 1000;

const ImageIdentity = z.object({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  creationTimestamp: z.string(),
});

/** A question or an answer that would be larger is read over HTTP instead: messages end at 1 MiB. */
export const MOST_TO_SEND_BYTES = 192 * 1024;

/**
 * The results of one ImageStreamImport (statuses and image objects), to be applied in one write. They come with the
 * question; those too large for a message are read by tag-tracker over HTTP, with its own service identity.
 */
export const ApplyImport = defineRequest(
  'tag-tracker.import.apply',
  z.object({
    /** Applying the same import twice changes nothing. */
    importId: z.string(),
    namespace: z.string(),
    stream: z.string(),
    by: Identity,
    results: z.union([ImportResults, z.object({ readFrom: z.url() })]),
  }),
  z.object({
    /** What is there after the import; absent when that is too large for a message, or the stream is gone again. */
    after: z
      .object({
        /** As the API shows it. */
        stream: z.record(z.string(), z.unknown()),
        images: z.array(ImageIdentity),
      })
      .optional(),
    /** Set when the request must fail as a whole: a Kubernetes Status. */
    failure: z.record(z.string(), z.unknown()).optional(),
  }),
);

/** Tags of streams of one namespace, to be resolved to the images they point at now: for image names in pod specs. */
export const ResolveImages = defineRequest(
  'tag-tracker.image.resolve',
  z.object({
    namespace: z.string(),
    images: z.array(z.object({ stream: z.string(), tag: z.string() })),
  }),
  z.object({
    /** Of the newest event before the tags were read: every change up to here is in the answer. */
    position: z.string().optional(),
    /** Those whose stream exists. */
    images: z.array(
      z.object({
        stream: z.string(),
        tag: z.string(),
        /** Does the stream allow its name in pod specs (`lookupPolicy.local`)? */
        isLocal: z.boolean(),
        /** Where the tag's image is pulled from, by digest; absent when there is no image. */
        image: z.string().optional(),
        /** What the tag points at as it is recorded, for a mere reference too: what triggers write. */
        pullSpec: z.string().optional(),
        /** `status.dockerImageRepository`; empty when the stream has none. */
        repository: z.string(),
      }),
    ),
  }),
);

/** Which of these images, by digest, are stored, and as which objects. */
export const IdentifyImages = defineRequest(
  'tag-tracker.image.identify',
  z.object({ digests: z.array(z.string()).max(MOST_IMAGES_AT_ONCE) }),
  z.object({ images: z.array(ImageIdentity) }),
);

/** Which of these images may an object of the namespace not run? Images that are not known here are not objected to. */
export const ReviewImages = defineRequest(
  'tag-tracker.image.review',
  z.object({
    namespace: z.string(),
    /** Does the object ask for all its image names to be resolved? */
    resolvesAllNames: z.boolean().default(false),
    images: z.array(ImageReference),
  }),
  z.object({
    /** Places in `images`, from 0. */
    prohibited: z.array(z.number().int()),
  }),
);
