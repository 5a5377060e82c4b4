/** Names of the integrated registry, `host[:port]`; absent: it has none there. */
export interface RegistryHosts {
  /** What references inside FaktorZ say. */
  internal?: string;
  /** What clients outside use. */
  public?: string;
}

/**
 * An image reference as the nodes of another cluster can use it: in images of our own registry, its name inside is replaced
 * by the one given for the cluster, else by its public name. Where there is neither, and for all other registries, the
 * reference stays as it is.
 */
export function reachableImage(image: string, hosts: RegistryHosts, registryHost?: string): string {
  const outside = registryHost || hosts.public;
  if (!outside || !hosts.internal || !image.startsWith(`${hosts.internal}/`)) return image;
  return outside + image.slice(hosts.internal.length);
}

/** The way back: a reference by the name that a cluster has for our registry, or by its public name, as we write it inside. */
export function insideImage(image: string, hosts: RegistryHosts, registryHost?: string): string {
  const outside = [registryHost, hosts.public].find((host) => host && image.startsWith(`${host}/`));
  return outside && hosts.internal ? hosts.internal + image.slice(outside.length) : image;
}
