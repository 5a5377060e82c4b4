const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const HUB_NAMES = new Set(['docker.io', 'index.docker.io']);

/** Is this host one of docker hub's names? */
export function isDockerHub(registry: string): boolean {
  return HUB_HOSTS.has(registry);
}

/** Host (with port) that serves the registry API for this registry: docker hub answers under another name. */
export function apiHost(registry: string): string {
  return registry === '' || HUB_NAMES.has(registry) ? 'registry-1.docker.io' : registry;
}
