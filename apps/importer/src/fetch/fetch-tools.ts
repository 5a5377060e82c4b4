import type { Registries } from '@faktorz/registry-client';
import type { RecentConfigs } from './recent-configs.js';
import type { RegistryGates } from './registry-gates.js';

/** What fetching works with; lives as long as the process. */
export interface FetchTools {
  registries: Registries;
  gates: RegistryGates;
  configs: RecentConfigs;
}
