import {
  coreSchemas,
  nameColumn,
  type ResourceDefinition,
  type ResourceStorage,
  type SubresourceDefinition,
} from '@faktorz/apimachinery';
import { ageColumn, countColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import { tokenRequestSchemas } from './token-request.subresource.js';
import type { ServiceAccount } from './service-account.js';

/** core/v1 serviceaccounts. */
export function serviceAccountResource(
  storage: ResourceStorage<ServiceAccount>,
  token: SubresourceDefinition,
): ResourceDefinition {
  return storedDefinition<ServiceAccount>({
    group: '',
    plural: 'serviceaccounts',
    singular: 'serviceaccount',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    namespaced: true,
    schema: 'io.k8s.api.core.v1.ServiceAccount',
    schemas: { ...coreSchemas, ...tokenRequestSchemas },
    subresources: [token] as unknown as ResourceDefinition<ServiceAccount>['subresources'],
    storage,
    strategy: {},
    columns: [
      nameColumn,
      countColumn('Secrets', 'How many secrets its pods may mount.', ({ secrets }) => secrets?.length ?? 0),
      ageColumn,
    ],
  });
}
