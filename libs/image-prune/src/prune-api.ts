import type { TagStatus } from '@faktorz/domain';

/** What a server's refusal means to a run; every other failure is no more than that. */
export type Refusal = 'forbidden' | 'not-found' | 'conflict';

/**
 * The API as a run needs it: paths as a Kubernetes API server has them, e.g. `/api/v1/pods`. Methods reject as their
 * owner likes; `refusalOf` tells what such an error means.
 */
export interface PruneApi {
  get<T extends ApiObject>(path: string, query?: Record<string, string | undefined>): Promise<T>;
  put(path: string, body: ApiObject): Promise<void>;
  delete(path: string): Promise<void>;
  refusalOf(error: unknown): Refusal | undefined;
}

/**
 * The integrated registry's storage, as far as pruning deletes there. What is already gone counts as deleted, and so does
 * what somebody has pushed since `unusedSince`, or has brought into use otherwise: it stays.
 */
export interface PrunedStorage {
  /** `repository` is `namespace/stream`; it no longer shows the layer or config `digest`, unless a manifest it shows names it. */
  deleteLayerLink(repository: string, digest: string, unusedSince: Date): Promise<void>;
  /** `repository` no longer shows the manifest `digest`, unless its stream's history or a list it shows names it. */
  deleteManifestLink(repository: string, digest: string, unusedSince: Date): Promise<void>;
  /** The bytes of `digest` go, unless something needs them by now. */
  deleteBlob(digest: string): Promise<void>;
}

/** Any object of the API. */
export interface ApiObject {
  kind?: string;
  metadata?: ApiMetadata;
  [field: string]: unknown;
}

export interface ApiMetadata {
  name?: string;
  namespace?: string;
  creationTimestamp?: string | null;
  continue?: string;
  [field: string]: unknown;
}

/** An image stream, as far as a run looks at it. */
export interface ApiImageStream extends ApiObject {
  status?: { dockerImageRepository?: string; tags?: TagStatus[] };
}
