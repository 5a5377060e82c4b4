import type { ChangeTransaction, SqlRunner, WorkTable } from '@faktorz/persistence';

/** Channel on which workers are nudged. */
export const UPKEEP_CHANNEL = 'auth_upkeep';
export const UPKEEP_TABLE: WorkTable = { table: 'upkeep', keyColumns: ['namespace', 'account'] };

/** A namespace whose defaults, or (with `account`) a service account whose pull secret, is to be looked after. */
export interface UpkeepItem {
  namespace: string;
  /** Empty: the defaults of the namespace. */
  account: string;
  revision: string;
}

/** Notes, with a change, that something has to be looked after. What is claimed just now is looked at once more. */
export async function requestUpkeep(tx: ChangeTransaction | SqlRunner, namespace: string, account = ''): Promise<void> {
  await tx.query(
    `INSERT INTO upkeep (namespace, account) VALUES ($1, $2)
     ON CONFLICT (namespace, account) DO UPDATE SET due_at = now(), revision = upkeep.revision + 1, claimed_until = NULL`,
    [namespace, account],
  );
}
