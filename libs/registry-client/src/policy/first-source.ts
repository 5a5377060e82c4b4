import { MirrorsFailed } from '../errors.js';

/**
 * What the first of several sources gives that does not fail, asked in order. Of one source, its own error comes out; of
 * several, `MirrorsFailed` with all of them. An aborted `signal` ends it at once.
 */
export async function fromFirst<Source, Found>(
  sources: readonly Source[],
  ask: (source: Source) => Promise<Found>,
  signal?: AbortSignal,
): Promise<Found> {
  const failures: unknown[] = [];
  for (const source of sources) {
    try {
      return await ask(source);
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw failures.length === 1 ? failures[0] : new MirrorsFailed(failures);
}
