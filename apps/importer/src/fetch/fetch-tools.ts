import type { RegistryPolicyFile, Registries, RegistryAnswer } from '@faktorz/registry-client';
import type { AccountKey } from '../registry-account/account-key.js';
import type { RecentConfigs } from './recent-configs.js';
import type { RegistryGates } from './registry-gates.js';

/** Keeps account of what registries are asked; see `RegistryAccounts`. */
export interface RequestAccounts {
  /** Throws `RateLimited` while the registry wants to be left alone. */
  admit(account: AccountKey): void;
  answered(registry: string, answer: RegistryAnswer): void;
  /** Resolves when the answers counted so far may be forgotten. */
  told(account: AccountKey): Promise<void>;
  failed(account: AccountKey, error: unknown): Promise<void>;
}

/** What fetching works with; lives as long as the process. */
export interface FetchTools {
  registries: Registries;
  policy: Pick<RegistryPolicyFile, 'current'>;
  accounts: RequestAccounts;
  gates: RegistryGates;
  configs: RecentConfigs;
}
