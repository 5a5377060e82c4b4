import type { SqlStatement } from '@faktorz/persistence';

/**
 * Held until the transaction ends: while a change of a tag is recorded at the objects that name it, no object comes or goes,
 * so that none is passed over. Always taken before any lock of a row.
 */
export function holdIndex(how: 'shared' | 'exclusively'): SqlStatement {
  const lock = how === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  return { text: `SELECT ${lock}(hashtext('faktorz trigger_target'))`, values: [] };
}

/** Nudged when an object may have to be brought up to date. */
export const TRIGGERS_CHANNEL = 'faktorz_trigger_dispatcher_triggers';

/** Dependents of one cause stand in line one behind the other, so that others need not wait for all of them. */
export const TURN_STEP = `interval '10 milliseconds'`;
