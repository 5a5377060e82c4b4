import { badReferencesText, ImagePrune, type PruneCounts, PruneSummary, readCluster } from '@faktorz/image-prune';
import { Injectable, Logger } from '@nestjs/common';
import { goDurationMs } from '@faktorz/domain';
import type { ImagePruner } from './image-pruner.js';
import { NeighbourPruneApi } from './neighbour-prune-api.js';
import { OwnStorage } from './own-storage.js';

const WORKERS = 5;
const NANOSECONDS_PER_MS = 1e6;
const DEFAULT_AGE_MS = 60 * 60_000;

/** What a run did, and what went wrong in it. */
export interface Pruned {
  deleted: PruneCounts;
  message: string;
  failures: string[];
}

/** The run of `faktorz adm prune images --confirm`, on this registry's own storage. */
@Injectable()
export class PruneRunner {
  private readonly logger = new Logger('ImagePruner');

  constructor(
    private readonly api: NeighbourPruneApi,
    private readonly storage: OwnStorage,
  ) {}

  /** Never rejects: a run that cannot begin is one that failed. Ends early once `signal` aborts. */
  async prune({ spec }: ImagePruner, now: Date, signal: AbortSignal): Promise<Pruned> {
    try {
      return await this.pruneNow(spec, now, signal);
    } catch (error) {
      const { message } = error as Error;
      return { deleted: new PruneSummary().counts, message: `nothing was pruned: ${message}`, failures: [message] };
    }
  }

  private async pruneNow(spec: ImagePruner['spec'], now: Date, signal: AbortSignal): Promise<Pruned> {
    const run = {
      keepTagRevisions: spec.keepTagRevisions ?? 3,
      keepYoungerThanMs: keptAgeMs(spec),
      overSizeLimit: false,
      all: true,
      now,
    };
    const warn = (text: string): void => this.logger.warn(text);
    const cluster = await readCluster(this.api, { namespace: '', run, warn });
    const bad = spec.ignoreInvalidImageReferences ? undefined : badReferencesText(cluster.users.bad);
    if (bad !== undefined) throw new Error(bad);
    const isWordy = spec.logLevel !== undefined && spec.logLevel !== 'Normal';
    const prune = new ImagePrune({
      api: this.api,
      cluster,
      run,
      namespace: '',
      workers: WORKERS,
      confirm: true,
      registry: { storage: this.storage },
      say: (line) => (isWordy ? this.logger.log(line) : this.logger.debug(line)),
      signal,
    });
    // What is deleted by then is told in any case.
    await prune.prune().catch((error: Error) => prune.failures.push(error));
    const message = prune.summary.text();
    this.logger.log(message);
    return { deleted: prune.summary.counts, message, failures: prune.failures.map((failure) => failure.message) };
  }
}

function keptAgeMs({ keepYoungerThan, keepYoungerThanDuration }: ImagePruner['spec']): number {
  if (keepYoungerThanDuration) return goDurationMs(keepYoungerThanDuration) ?? DEFAULT_AGE_MS;
  return keepYoungerThan === undefined ? DEFAULT_AGE_MS : keepYoungerThan / NANOSECONDS_PER_MS;
}
