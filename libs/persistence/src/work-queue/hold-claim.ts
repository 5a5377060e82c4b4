import { extendClaim, type SqlRunner, type WorkTable } from './claim-work.js';

/**
 * Runs `run` and holds the claim meanwhile, so that leases can be short: what a killed process had claimed is soon taken
 * by another. The signal aborts when the claim is lost; that the database is away for a moment loses nothing yet.
 */
export async function holdingClaim<T>(
  runner: SqlRunner,
  work: WorkTable,
  row: object,
  leaseSeconds: number,
  run: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const extend = async (): Promise<void> => {
    const isHeld = await extendClaim(runner, work, row, leaseSeconds).catch(() => true);
    if (!isHeld) lost.abort();
  };
  const timer = setInterval(() => void extend(), (leaseSeconds * 1000) / 3);
  try {
    return await run(lost.signal);
  } finally {
    clearInterval(timer);
  }
}
