import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ImportResultStore } from './import-result.store.js';

const EVERY_MS = 10 * 60_000;

/** Deletes old import results from time to time. */
@Injectable()
export class ImportResultCleaner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ImportResultCleaner.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly results: ImportResultStore) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.clean(), EVERY_MS * (0.5 + Math.random()));
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async clean(): Promise<void> {
    try {
      await this.results.deleteOld();
    } catch (error) {
      this.logger.warn(`old import results could not be deleted: ${(error as Error).message}`);
    }
  }
}
