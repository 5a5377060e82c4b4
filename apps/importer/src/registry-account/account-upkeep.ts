import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RegistryAccountStore } from './registry-account.store.js';

const EVERY_MS = 3_600_000;

/** Forgets registries that nobody asks any more. */
@Injectable()
export class AccountUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AccountUpkeep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: RegistryAccountStore) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.forget(), EVERY_MS * (0.5 + Math.random()));
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async forget(): Promise<void> {
    try {
      await this.store.deleteUnused();
    } catch (error) {
      this.logger.warn(`accounts nobody uses could not be forgotten: ${(error as Error).message}`);
    }
  }
}
