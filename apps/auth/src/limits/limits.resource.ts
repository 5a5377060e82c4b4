import { createdAtColumn, nameColumn, type ResourceDefinition, type ResourceStorage } from '@faktorz/apimachinery';
import { ageColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import { validateLimitRange, validateResourceQuota, type LimitRange, type ResourceQuota } from './limits.js';
import { LIMIT_RANGE_SCHEMA, limitRangeSchemas, RESOURCE_QUOTA_SCHEMA, resourceQuotaSchemas } from './limits.schema.js';

/** core/v1 limitranges. */
export function limitRangeResource(storage: ResourceStorage<LimitRange>): ResourceDefinition {
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
    strategy: { validate: validateLimitRange },
    columns: [nameColumn, createdAtColumn],
  });
}

/** core/v1 resourcequotas. */
export function resourceQuotaResource(storage: ResourceStorage<ResourceQuota>): ResourceDefinition {
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
    strategy: { validate: validateResourceQuota },
    columns: [nameColumn, ageColumn],
  });
}
