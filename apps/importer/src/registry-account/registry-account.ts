import { createHash } from 'node:crypto';
import type { KubeObject } from '@faktorz/apimachinery';
import { timestamp } from '../timestamp.js';
import { UNKNOWN_ACCOUNT, type AccountKey } from './account-key.js';
import type { AccountRow, BackOffReason } from './registry-account.store.js';

export const IMPORT_GROUP = 'import.faktorz.io';
export const IMPORT_VERSION = 'v1';
export const REGISTRY_ACCOUNTS = 'registryaccounts';

/** One account at one outside registry, as the API shows it. Never written by anybody. */
export interface RegistryAccount extends KubeObject {
  spec: {
    /** As in image references. */
    registry: string;
    /** User name; absent without credentials, `*` for tags that were not checked yet. */
    account?: string;
  };
  status: {
    requests: {
      /** Spent by all replicas since `since`. */
      spent: number;
      since: string;
      /** Of the registry's own limit, as far as it says. */
      left?: number;
      limit?: number;
      windowSeconds?: number;
    };
    backOff?: { until: string; reason: BackOffReason };
    /** Times in a row that the registry refused, was too slow or not there. */
    failures: number;
    scheduledTags: number;
    nextDue?: string;
    lastError?: { message: string; time: string };
  };
}

/** The API's name of an account: `anonymous@quay.io`, `ann@quay.io`; what names cannot hold is replaced, and told apart by a hash. */
export function registryAccountName({ registry, account }: AccountKey): string {
  if (account === UNKNOWN_ACCOUNT) return `unchecked@${registry}`;
  if (account === '') return `anonymous@${registry}`;
  const plain = account.replace(/[^\w.+$-]/g, '-');
  const isPlain = plain === account && plain !== 'anonymous' && plain !== 'unchecked' && !/^\.+$/.test(plain);
  const mark = isPlain ? '' : `-${createHash('sha256').update(account).digest('hex').slice(0, 8)}`;
  return `${plain}${mark}@${registry}`;
}

export function registryAccount(row: AccountRow): RegistryAccount {
  const { registry, account, back_off_until: until, back_off_reason: reason } = row;
  const some = <K extends string, V>(key: K, value: V | null): { [P in K]?: V } =>
    (value === null ? {} : { [key]: value }) as { [P in K]?: V };
  return {
    kind: 'RegistryAccount',
    apiVersion: `${IMPORT_GROUP}/${IMPORT_VERSION}`,
    metadata: { name: registryAccountName(row) },
    spec: { registry, ...(account === '' ? {} : { account }) },
    status: {
      requests: {
        spent: Number(row.spent),
        since: timestamp(row.spent_since),
        ...some('left', row.remaining),
        ...some('limit', row.limit_requests),
        ...some('windowSeconds', row.window_seconds),
      },
      ...(until && reason ? { backOff: { until: timestamp(until), reason } } : {}),
      failures: row.failures,
      scheduledTags: Number(row.tags),
      ...some('nextDue', row.next_due && timestamp(row.next_due)),
      ...(row.last_error !== null && row.last_error_at
        ? { lastError: { message: row.last_error, time: timestamp(row.last_error_at) } }
        : {}),
    },
  };
}
