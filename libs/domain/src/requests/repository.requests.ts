import { z } from 'zod';
import { Identity } from '../identity.js';
import { defineRequest } from './define-request.js';

/** What the integrated registry asks tag-tracker: a repository is an image stream. */
const repository = { namespace: z.string(), stream: z.string() };

/** Where an image was imported from, or pushed to. */
export const ImagePlace = z.object({
  dockerImageReference: z.string(),
  /** May its registry be asked over plain HTTP, or with any certificate? */
  insecure: z.boolean(),
});
export type ImagePlace = z.infer<typeof ImagePlace>;

/** The image a tag shows now, whatever made it. `image` is absent when it shows none (never imported, a mere reference). */
export const ResolveTag = defineRequest(
  'tag-tracker.tag.resolve',
  z.object({ ...repository, tag: z.string() }),
  z.object({ streamExists: z.boolean(), image: z.string().optional() }),
);

/**
 * Is a digest that of an image of the stream's history, or of a child of one? `place` tells where that is; absent when
 * it is not in the stream, or when the image was deleted. `origins` are the other streams from which a tag took it, as
 * its spec still says: whoever set the tag was allowed to pull from there. The `tag` by which the image is asked for
 * counts before other tags that show it.
 */
export const FindImage = defineRequest(
  'tag-tracker.image.find',
  z.object({ ...repository, digest: z.string(), tag: z.string().optional() }),
  z.object({
    streamExists: z.boolean(),
    place: ImagePlace.optional(),
    origins: z.array(z.object(repository)).default([]),
  }),
);

/** Those of the digests that a tag of the stream took from another stream, or took a list of: `FindImage` tells from which. */
export const ListTakenImages = defineRequest(
  'tag-tracker.image.taken',
  z.object({ ...repository, digests: z.array(z.string()).max(500) }),
  z.object({ taken: z.array(z.string()) }),
);

/** Tags that show an image, in byte order: at most `limit` after `after`. */
export const ListTags = defineRequest(
  'tag-tracker.tag.list',
  z.object({ ...repository, after: z.string(), limit: z.number().int().min(1).max(1000) }),
  z.object({ streamExists: z.boolean(), tags: z.array(z.string()) }),
);

/** Streams as `namespace/stream`, in byte order: at most `limit` after `after`, of all namespaces or of some. */
export const ListRepositories = defineRequest(
  'tag-tracker.stream.list',
  z.object({ namespaces: z.array(z.string()).optional(), after: z.string(), limit: z.number().int().min(1).max(500) }),
  z.object({ repositories: z.array(z.string()) }),
);

/**
 * Repositories (`registry/path`, docker hub's defaults applied) that a stream's images came from, best first: those of
 * newest entries before older ones, then secure before insecure, then by name.
 */
export const ListSources = defineRequest(
  'tag-tracker.source.list',
  z.object(repository),
  z.object({ sources: z.array(z.object({ repository: z.string(), insecure: z.boolean() })) }),
);

/** Removes every history entry of a stream that names an image; tags show what they showed before it. */
export const RemoveImage = defineRequest(
  'tag-tracker.history.remove',
  z.object({ ...repository, image: z.string(), by: Identity }),
  z.object({ removed: z.number().int() }),
);

/** Those of the digests of which there is an Image: a history may name them, in whichever stream. */
export const ListKnownImages = defineRequest(
  'tag-tracker.image.known',
  z.object({ digests: z.array(z.string()).max(500) }),
  z.object({ known: z.array(z.string()) }),
);

/** A manifest was pushed; sent over HTTP (`POST /internal/pushes`) for the caller, since images exceed a message. */
export const PushedImage = z.object({
  ...repository,
  /** Tags to move; none for a push by digest alone. */
  tags: z.array(z.string()),
  /** Make the stream when there is none? Otherwise such a push is answered with 404. */
  mayCreateStream: z.boolean(),
  /** The Image without its manifest, which the registry keeps. */
  image: z.looseObject({ metadata: z.looseObject({ name: z.string() }) }),
});
export type PushedImage = z.infer<typeof PushedImage>;
