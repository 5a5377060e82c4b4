import { schemaOf } from '@faktorz/persistence';

/** Nudged when a namespace has to be emptied. Channels belong to the whole database, so each service has its own. */
export function cleanupChannel(service: string): string {
  return `faktorz_${schemaOf(service)}_namespace_cleanup`;
}
