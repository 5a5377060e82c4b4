/** One of FaktorZ's services, as the launcher starts it. */
export interface ServiceEntry {
  name: string;
  /** Variable that tells the others where it is; absent for a public door nobody inside calls. */
  urlVariable?: string;
  /** Has a schema and role of its own, named after it. */
  hasDatabase: boolean;
  /** Services of a stage start together, after those of earlier stages are ready. */
  stage: number;
  /** Several processes can share its work. False where it listens on a public port. */
  canReplicate: boolean;
}

/** Every service `npm start` runs: a new app is one line here. */
export const SERVICES: readonly ServiceEntry[] = [
  { name: 'auth', urlVariable: 'FAKTORZ_AUTH_URL', hasDatabase: true, stage: 0, canReplicate: true },
  { name: 'tag-tracker', urlVariable: 'FAKTORZ_TAG_TRACKER_URL', hasDatabase: true, stage: 1, canReplicate: true },
  { name: 'importer', urlVariable: 'FAKTORZ_IMPORTER_URL', hasDatabase: true, stage: 1, canReplicate: true },
  {
    name: 'trigger-dispatcher',
    urlVariable: 'FAKTORZ_TRIGGER_DISPATCHER_URL',
    hasDatabase: true,
    stage: 1,
    canReplicate: true,
  },
  { name: 'workloads', urlVariable: 'FAKTORZ_WORKLOADS_URL', hasDatabase: true, stage: 1, canReplicate: true },
  { name: 'registry', urlVariable: 'FAKTORZ_REGISTRY_URL', hasDatabase: true, stage: 1, canReplicate: false },
  { name: 'gateway', hasDatabase: false, stage: 1, canReplicate: false },
];

/** The schema and role of a service: its name with underscores, as SQL identifiers have them. */
export function schemaOf(service: string): string {
  return service.replaceAll('-', '_');
}
