/** A registry's host and port, both as strings: they are compared with globs and key paths. */
export interface RegistryAddress {
  host: string;
  port: string;
}

/** Host and port of a registry; the port defaults to 443, or 80 when `insecure`. An empty registry is docker hub. */
export function registryAddress(registry: string, insecure = false): RegistryAddress {
  const named = registry || 'docker.io';
  const port = /:(\d+)$/.exec(named)?.[1];
  return port === undefined
    ? { host: named, port: insecure ? '80' : '443' }
    : { host: named.slice(0, -port.length - 1), port };
}
