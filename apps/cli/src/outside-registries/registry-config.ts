import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The file in which docker, podman and skopeo look for credentials of registries. */
export function registryConfigFile(): string {
  if (process.env.REGISTRY_AUTH_FILE) return process.env.REGISTRY_AUTH_FILE;
  const run = process.env.XDG_RUNTIME_DIR;
  const podman = run ? join(run, 'containers', 'auth.json') : '';
  return podman && existsSync(podman)
    ? podman
    : join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}
