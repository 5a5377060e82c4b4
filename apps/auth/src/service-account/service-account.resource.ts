import { coreSchemas, nameColumn, type ResourceDefinition, type ResourceStorage } from '@faktorz/apimachinery';
import { ageColumn, countColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import type { ServiceAccount } from './service-account.js';

/** core/v1 serviceaccounts. */
export function serviceAccountResource(storage: ResourceStorage<ServiceAccount>): ResourceDefinition {
  return storedDefinition<ServiceAccount>({
    group: '',
    plural: 'serviceaccounts',
    singular: 'serviceaccount',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    namespaced: true,
    schema: 'io.k8s.api.core.v1.ServiceAccount',
    schemas: coreSchemas,
    storage,
    strategy: {},
    columns: [
      nameColumn,
      countColumn('Secrets', 'How many secrets its pods may mount.', ({ secrets }) => secrets?.length ?? 0),
      ageColumn,
    ],
  });
}
