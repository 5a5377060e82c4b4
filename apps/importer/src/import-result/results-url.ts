import type { ServiceAddress } from '@faktorz/service-kit';

/** Where the other services read the results of an import. */
export function resultsUrlOf(address: ServiceAddress, importId: string): string {
  return `${address.url}/internal/imports/${importId}/results`;
}
