import type { PruneApi } from './prune-api.js';

const TRIES = 5;
const FIRST_WAIT_MS = 10;

/** Tries again while somebody else keeps changing the object; gives up after five times. */
export async function retryOnConflict<T>(api: PruneApi, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (api.refusalOf(error) !== 'conflict' || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * attempt));
    }
  }
}
