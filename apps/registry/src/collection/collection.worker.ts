import { RegularWork } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { StrayFiles } from './stray-files.js';
import { UnneededContent } from './unneeded-content.js';

const SECONDS_PER_HOUR = 3600;
const ROUND_EVERY_MS = 3_600_000;
/** Also soon after a start, which may follow a crash. */
const STRAY_FILES_EVERY_MS = 24 * ROUND_EVERY_MS;

/** Collects now and then what nothing needs. Replicas may all do so: each row goes once. */
@Injectable()
export class CollectionWorker extends RegularWork {
  private readonly unusedSeconds: number;

  private strayFilesAtMs = 0;

  constructor(
    private readonly content: UnneededContent,
    private readonly strayFiles: StrayFiles,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    super(ROUND_EVERY_MS, 'could not collect all that is unneeded');
    this.unusedSeconds = config.FAKTORZ_REGISTRY_COLLECT_AFTER_HOURS * SECONDS_PER_HOUR;
  }

  protected async round(): Promise<void> {
    const { links, manifests, blobs } = await this.content.collect(this.unusedSeconds);
    if (links + manifests + blobs > 0) {
      this.logger.log(
        `collected ${manifests} manifests and ${blobs} blobs; ${links} blobs and manifests that nothing needs are shown no more`,
      );
    }
    await this.removeStrayFiles();
  }

  private async removeStrayFiles(): Promise<void> {
    if (Date.now() < this.strayFilesAtMs) return;
    this.strayFilesAtMs = Date.now() + STRAY_FILES_EVERY_MS;
    const removed = await this.strayFiles.remove();
    if (removed > 0) this.logger.log(`removed ${removed} files of blobs that were never acknowledged`);
  }
}
