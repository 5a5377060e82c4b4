/** How much of a server's time and data we put up with. */
export interface RegistryLimits {
  /** Establishing a connection, TLS included. */
  connectMs: number;
  /** From the request to the answer's headers. */
  headersMs: number;
  /** Between two pieces of a body. */
  bodyIdleMs: number;
  /** A whole manifest, config, listing page or token, redirects included. */
  totalMs: number;
  /** `GET /v2/`. */
  pingMs: number;
  /** A whole blob. */
  blobTotalMs: number;
  manifestBytes: number;
  configBytes: number;
  tokenBytes: number;
  /** One page of a tag listing. */
  tagPageBytes: number;
  /** Tags of one repository that are read at most. */
  tags: number;
  /** Part of an error answer that is read. */
  errorBytes: number;
  redirects: number;
}

export const DEFAULT_LIMITS: Readonly<RegistryLimits> = {
  connectMs: 10_000,
  headersMs: 30_000,
  bodyIdleMs: 15_000,
  totalMs: 60_000,
  pingMs: 15_000,
  blobTotalMs: 3_600_000,
  manifestBytes: 4 * 1024 * 1024,
  configBytes: 8 * 1024 * 1024,
  tokenBytes: 256 * 1024,
  tagPageBytes: 8 * 1024 * 1024,
  tags: 100_000,
  errorBytes: 16 * 1024,
  redirects: 5,
};
