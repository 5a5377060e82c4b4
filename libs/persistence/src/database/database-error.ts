/** SQLSTATE of an error that came from PostgreSQL, e.g. `40001`; undefined for any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** True for a serialization failure (40001) or a deadlock (40P01): the same work may succeed in a new transaction. */
export function isSerializationFailure(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);

/** Messages of node-postgres for connections that broke: it gives these errors no code (pg/lib/client.js, pg-pool/index.js). */
const BROKEN_CONNECTION =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|Client was closed|Connection ended/;

/**
 * True when the database could not be reached, went away, or shuts down or starts up: waiting helps. SQLSTATE classes
 * 08 (connection), 53 (resources), 57P (operator intervention).
 */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlStateOf(error);
  if (state !== undefined && /^(08|53|57P)/.test(state)) return true;
  if ('code' in error && typeof error.code === 'string' && NETWORK_CODES.has(error.code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure);
  return BROKEN_CONNECTION.test(error.message);
}

/** True when every connection of the pool was in use for as long as one waits: the database is there, and busy (pg-pool/index.js). */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}
