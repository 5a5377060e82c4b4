import type { RepositoryName } from '../oci/repository-name.js';

/** Says how large the blobs that clients push may be. What is pulled through is not asked about. */
export abstract class BlobLimits {
  /** Throws DENIED for a blob that is larger than the repository's namespace allows. */
  abstract check(repository: RepositoryName, sizeBytes: number): Promise<void>;
}
