import { ApiError } from '@faktorz/apimachinery';

const ATTEMPTS = 20;

/** Does something anew as long as another writer was quicker. */
export async function untilNotOvertaken<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'Conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}
