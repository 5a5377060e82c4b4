import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { UnneededContent } from './unneeded-content.js';

const SECONDS_PER_HOUR = 3600;
const ROUND_EVERY_MS = 3_600_000;

/** Collects now and then what nothing needs. Replicas may all do so: each row goes once. */
@Injectable()
export class CollectionWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CollectionWorker.name);
  private readonly unusedSeconds: number;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(
    private readonly content: UnneededContent,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.unusedSeconds = config.FAKTORZ_REGISTRY_COLLECT_AFTER_HOURS * SECONDS_PER_HOUR;
  }

  onApplicationBootstrap(): void {
    // Not all replicas at once, and none while it starts.
    this.timer = setInterval(() => (this.round ??= this.collect()), ROUND_EVERY_MS * (0.75 + Math.random() / 2));
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async collect(): Promise<void> {
    try {
      const { links, manifests, blobs } = await this.content.collect(this.unusedSeconds);
      if (links + manifests + blobs > 0) {
        this.logger.log(
          `collected ${manifests} manifests and ${blobs} blobs; ${links} forgotten blobs are shown no more`,
        );
      }
    } catch (error) {
      this.logger.warn(
        `could not collect all that is unneeded: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      this.round = undefined;
    }
  }
}
