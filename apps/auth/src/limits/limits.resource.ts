import {
  createdAtColumn,
  nameColumn,
  type KubeObject,
  type ResourceDefinition,
  type ResourceStorage,
} from '@faktorz/apimachinery';
import { ageColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import { LIMIT_RANGE_SCHEMA, limitRangeSchemas, RESOURCE_QUOTA_SCHEMA, resourceQuotaSchemas } from './limits.schema.js';

/** core/v1 limitranges. */
export function limitRangeResource(storage: ResourceStorage<KubeObject>): ResourceDefinition {
  return storedDefinition({
    group: '',
    plural: 'limitranges',
    singular: 'limitrange',
    kind: 'LimitRange',
    shortNames: ['limits'],
    namespaced: true,
    schema: LIMIT_RANGE_SCHEMA,
    schemas: limitRangeSchemas,
    storage,
    strategy: {},
    columns: [nameColumn, createdAtColumn],
  });
}

/** core/v1 resourcequotas. */
export function resourceQuotaResource(storage: ResourceStorage<KubeObject>): ResourceDefinition {
  return storedDefinition({
    group: '',
    plural: 'resourcequotas',
    singular: 'resourcequota',
    kind: 'ResourceQuota',
    shortNames: ['quota'],
    namespaced: true,
    schema: RESOURCE_QUOTA_SCHEMA,
    schemas: resourceQuotaSchemas,
    storage,
    strategy: {},
    columns: [nameColumn, ageColumn],
  });
}
