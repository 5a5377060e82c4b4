import { RegularWork } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { ImportResultStore } from './import-result.store.js';

const EVERY_MS = 10 * 60_000;

/** Deletes old import results from time to time. */
@Injectable()
export class ImportResultCleaner extends RegularWork {
  constructor(private readonly results: ImportResultStore) {
    super(EVERY_MS, 'old import results could not be deleted');
  }

  protected round(): Promise<void> {
    return this.results.deleteOld();
  }
}
