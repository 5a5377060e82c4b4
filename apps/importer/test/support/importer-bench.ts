import { createService, readConfig, type RunningService } from '@faktorz/service-kit';
import { DockerRegistry, startTestNats, startTestPostgres } from '@faktorz/testing';
import { importerEnv } from '../../src/importer.config.js';
import { ImporterModule } from '../../src/importer.module.js';
import { AuthDesk, startAuthNeighbour } from './auth-neighbour.js';
import { startTagTrackerNeighbour, TagTrackerDesk } from './tag-tracker-neighbour.js';

/** A real importer between neighbours that speak for auth and tag-tracker, with real PostgreSQL, NATS and registry. */
export class ImporterBench {
  private readonly importers: RunningService[] = [];

  private constructor(
    readonly registry: DockerRegistry,
    private readonly postgres: Awaited<ReturnType<typeof startTestPostgres>>,
    private readonly nats: Awaited<ReturnType<typeof startTestNats>>,
    private readonly neighbours: RunningService[],
    private readonly env: Record<string, string>,
  ) {}

  static async start(): Promise<ImporterBench> {
    const [registry, postgres, nats] = await Promise.all([
      DockerRegistry.start(),
      startTestPostgres(),
      startTestNats(),
    ]);
    const database = await postgres.createDatabase('importer', 'tag_tracker');
    const auth = await startAuthNeighbour(nats.url);
    const tagTracker = await startTagTrackerNeighbour(database.url('tag_tracker'), nats.url);
    return new ImporterBench(registry, postgres, nats, [tagTracker, auth], {
      FAKTORZ_DATABASE_URL: database.url('importer'),
      FAKTORZ_NATS_URL: nats.url,
      FAKTORZ_HTTP_PORT: '0',
      FAKTORZ_LOG_LEVEL: 'error',
      FAKTORZ_OUTBOUND_ALLOWED: 'loopback',
      FAKTORZ_TAG_TRACKER_URL: tagTracker.url,
    });
  }

  /** Starts one more replica of importer. */
  async startImporter(env: Record<string, string> = {}): Promise<RunningService> {
    const config = readConfig(importerEnv, { ...this.env, ...env });
    const importer = await createService({ name: 'importer', config, module: ImporterModule.with(config) });
    this.importers.push(importer);
    return importer;
  }

  get tagTracker(): TagTrackerDesk {
    return this.service(0).app.get(TagTrackerDesk);
  }

  get auth(): AuthDesk {
    return this.service(1).app.get(AuthDesk);
  }

  /** Stops all importers; the rest goes on. */
  async stopImporters(): Promise<void> {
    await Promise.all(this.importers.splice(0).map((importer) => importer.stop()));
  }

  async stop(): Promise<void> {
    await this.stopImporters();
    for (const neighbour of this.neighbours) await neighbour.stop();
    await Promise.all([this.registry.stop(), this.nats.stop(), this.postgres.stop()]);
  }

  private service(index: number): RunningService {
    const service = this.neighbours[index];
    if (!service) throw new Error('the neighbours are not there');
    return service;
  }
}
