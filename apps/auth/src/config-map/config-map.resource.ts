import { coreSchemas, nameColumn, type ResourceDefinition, type ResourceStorage } from '@faktorz/apimachinery';
import { ageColumn, countColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import { validateConfigMap, type ConfigMap } from './config-map.js';

/** core/v1 configmaps. */
export function configMapResource(storage: ResourceStorage<ConfigMap>): ResourceDefinition {
  return storedDefinition<ConfigMap>({
    group: '',
    plural: 'configmaps',
    singular: 'configmap',
    kind: 'ConfigMap',
    shortNames: ['cm'],
    namespaced: true,
    keepsNul: true,
    schema: 'io.k8s.api.core.v1.ConfigMap',
    schemas: coreSchemas,
    storage,
    strategy: { validate: validateConfigMap },
    columns: [
      nameColumn,
      countColumn(
        'Data',
        'How many keys it has.',
        ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length,
      ),
      ageColumn,
    ],
  });
}
