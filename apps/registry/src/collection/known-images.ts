/** Tells which manifests are images that some history may name, in whichever stream. */
export abstract class KnownImages {
  /** Those of the digests of which there is an Image. Rejects when that cannot be found out: then nothing may go. */
  abstract among(digests: readonly string[]): Promise<ReadonlySet<string>>;
}
