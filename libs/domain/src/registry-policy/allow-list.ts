import type { DockerImageReference } from '../reference/image-reference.js';
import { isDockerHub } from '../reference/docker-hub.js';
import { registryAddress } from '../reference/registry-address.js';

/** One entry of `allowedRegistriesForImport`. */
export interface AllowedRegistry {
  /** Host and optional port, each a glob with `*` and `?`; the port is 443, or 80 for an insecure entry. */
  domainName: string;
  insecure?: boolean;
}

export interface AllowList {
  /** Empty allows every registry. */
  entries: readonly AllowedRegistry[];
  /** Always allowed. */
  internalRegistry?: string;
}

const SHOWN = 5;

/**
 * Why images may not be imported from here, or `undefined` when they may (contract: import, §8). An insecure reference
 * without a port of its own is allowed by an entry for port 80, 443 or any.
 */
export function allowListRefusal(
  reference: DockerImageReference,
  insecure: boolean,
  { entries, internalRegistry }: AllowList,
): string | undefined {
  if (entries.length === 0) return undefined;
  if (internalRegistry !== undefined && reference.registry === internalRegistry) return undefined;
  const { host, port } = registryAddress(reference.registry, insecure);
  const hosts = isDockerHub(host) ? [host, 'docker.io', 'index.docker.io'] : [host];
  const ports = insecure && !reference.registry.endsWith(`:${port}`) ? ['80', '443'] : [port];
  const allowed = entries.map(allowedAddress);
  const isAllowed = allowed.some(
    (entry) =>
      hosts.some((name) => globMatches(entry.host, name)) && ports.some((name) => globMatches(entry.port, name)),
  );
  if (isAllowed) return undefined;
  const shown = allowed.slice(0, SHOWN).map((entry) => JSON.stringify(`${entry.host}:${entry.port}`));
  const more = allowed.length > SHOWN ? `, and ${allowed.length - SHOWN} more ...` : '';
  return `registry ${JSON.stringify(`${host}:${port}`)} not allowed by whitelist: ${shown.join(', ')}${more}`;
}

/** The same refusal in the words of an ImageStreamImport. */
export function importRefusal(
  reference: DockerImageReference,
  insecure: boolean,
  allowList: AllowList,
): string | undefined {
  const refusal = allowListRefusal(reference, insecure, allowList);
  if (refusal === undefined) return undefined;
  const { host, port } = registryAddress(reference.registry, insecure);
  return `importing images from registry ${JSON.stringify(`${host}:${port}`)} is forbidden: ${refusal}`;
}

function allowedAddress({ domainName, insecure }: AllowedRegistry): { host: string; port: string } {
  const [, host = domainName, port] = /^(.*?)(?::([\d*?]+))?$/.exec(domainName) ?? [];
  return { host, port: port ?? (insecure ? '80' : '443') };
}

function globMatches(glob: string, text: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's').test(text);
}
