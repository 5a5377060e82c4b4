import { coreSchemas, nameColumn, type ResourceDefinition, type ResourceStorage } from '@faktorz/apimachinery';
import { ageColumn, countColumn, textColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import { defaultSecret, validateSecret, type Secret } from './secret.js';

/** core/v1 secrets. */
export function secretResource(storage: ResourceStorage<Secret>): ResourceDefinition {
  return storedDefinition<Secret>({
    group: '',
    plural: 'secrets',
    singular: 'secret',
    kind: 'Secret',
    namespaced: true,
    keepsNul: true,
    schema: 'io.k8s.api.core.v1.Secret',
    schemas: coreSchemas,
    storage,
    strategy: { default: defaultSecret, validate: validateSecret },
    fields: { type: ({ type }) => type ?? '' },
    columns: [
      nameColumn,
      textColumn('Type', 'What the secret is for.', ({ type }) => type ?? ''),
      countColumn('Data', 'How many keys it has.', ({ data }) => Object.keys(data ?? {}).length),
      ageColumn,
    ],
  });
}
