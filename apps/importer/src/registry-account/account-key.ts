import { clientDefaults, InvalidImageReference, isDockerHub, parseImageReference } from '@faktorz/domain';

/** Whom a registry counts our requests to. */
export interface AccountKey {
  /** As in image references, with port; Docker Hub by its one name `docker.io`. */
  registry: string;
  /** User name; empty without credentials. */
  account: string;
}

/** Stands for the account of a scheduled tag that was never checked. */
export const UNKNOWN_ACCOUNT = '*';

/** One text for both, to look things up by. */
export function accountText({ registry, account }: AccountKey): string {
  return `${registry} ${account}`;
}

/** Docker Hub has several names and counts for all of them together. */
export function countedRegistry(registry: string): string {
  return isDockerHub(registry) ? 'docker.io' : registry;
}

/** The registry of an image's name; Docker Hub for what is none: asking it then says why. */
export function registryOf(from: string): string {
  try {
    return countedRegistry(clientDefaults(parseImageReference(from)).registry);
  } catch (error) {
    if (error instanceof InvalidImageReference) return 'docker.io';
    throw error;
  }
}
