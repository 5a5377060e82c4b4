import { Injectable } from '@nestjs/common';
import { BlobStore } from '../blob/blob.store.js';
import { BlobStorage } from '../storage/blob-storage.js';

/** Files looked up in one statement. */
const PAGE = 1000;
/** Crashes leave a few. More of them than of others are no strays: this is the wrong database. */
const FEW = 100;

/** Files of blobs that no row knows, so that nothing would ever find out whether they are needed: a killed process left them. */
@Injectable()
export class StrayFiles {
  constructor(
    private readonly storage: BlobStorage,
    private readonly blobs: BlobStore,
  ) {}

  /** Removes them; how many there were. Reads the names of all files. Rejects, and removes nothing, when they are too many. */
  async remove(): Promise<number> {
    const strays: string[] = [];
    let knownCount = 0;
    for await (const page of this.pages()) {
      const known = await this.blobs.known(page);
      knownCount += known.size;
      strays.push(...page.filter((digest) => !known.has(digest)));
    }
    if (strays.length > Math.max(FEW, knownCount)) {
      throw new Error(
        `the database knows ${knownCount} of ${knownCount + strays.length} stored blobs; the others are left alone: is it the right database?`,
      );
    }
    let removed = 0;
    for (const digest of strays) if (await this.blobs.removeStray(digest)) removed += 1;
    return removed;
  }

  private async *pages(): AsyncGenerator<string[]> {
    let page: string[] = [];
    for await (const digest of this.storage.digests()) {
      page.push(digest);
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
}
