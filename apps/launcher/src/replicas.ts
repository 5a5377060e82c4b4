import { freePort } from '@faktorz/embedded';
import { LaunchError } from './launch-error.js';
import { type ServiceEntry, SERVICES } from './service-table.js';

/** One process of a service to start, and the loopback port it gets. */
export interface Replica {
  service: ServiceEntry;
  /** 0 for the first. */
  index: number;
  port: number;
}

/** Name of a replica's log and process: `importer`, `importer-2`. */
export function replicaName({ service, index }: Replica): string {
  return index === 0 ? service.name : `${service.name}-${index + 1}`;
}

/** All processes to start, each with a free port of its own. `counts` names services with more than one. */
export async function planReplicas(counts: ReadonlyMap<string, number>): Promise<Replica[]> {
  checkCounts(counts);
  const replicas: Replica[] = [];
  const ports = new Set<number>();
  for (const service of SERVICES) {
    for (let index = 0; index < (counts.get(service.name) ?? 1); index++) {
      let port = await freePort();
      while (ports.has(port)) port = await freePort();
      ports.add(port);
      replicas.push({ service, index, port });
    }
  }
  return replicas;
}

/** The variables that tell every service where the others are. */
export function urlVariables(replicas: readonly Replica[]): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const { service, port } of replicas) {
    if (!service.urlVariable) continue;
    const known = urls[service.urlVariable];
    urls[service.urlVariable] = `${known === undefined ? '' : `${known},`}http://127.0.0.1:${port}`;
  }
  return urls;
}

function checkCounts(counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) {
    const service = SERVICES.find((entry) => entry.name === name);
    const names = SERVICES.map((entry) => entry.name).join(', ');
    if (!service) throw new LaunchError(`FAKTORZ_REPLICAS names ${name}; the services are ${names}`);
    if (count > 1 && !service.canReplicate) {
      throw new LaunchError(`FAKTORZ_REPLICAS: ${name} listens on a public port and runs once`);
    }
  }
}
