/** How long a condition is waited for unless told otherwise. */
const DEFAULT_TIMEOUT_MS = 10_000;
const POLL_MS = 25;

/**
 * Calls `look` until it neither throws nor gives `undefined` or `false`, and returns what it gave. After `timeoutMs` it
 * fails with the last error, or says what was waited for.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
