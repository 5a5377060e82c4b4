/** Where an image is: `[registry/][namespace/]name[:tag][@id]`; parts that were not written are `''`. */
export interface DockerImageReference {
  /** Host with optional port, as written. */
  registry: string;
  /** First path component after the registry, when there is more than one. */
  namespace: string;
  /** The rest of the path; may contain `/`. Empty when a single dotted component was read as a registry. */
  name: string;
  tag: string;
  /** A digest, or (from old data) an opaque id. */
  id: string;
}
