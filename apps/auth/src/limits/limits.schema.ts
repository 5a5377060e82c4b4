import { fieldOf, type Schema, type SchemaLibrary } from '@faktorz/apimachinery';
import { anyObject, kindSchemas, listOf, object, part, text, texts } from '../schema/schema-words.js';

export const LIMIT_RANGE_SCHEMA = 'io.k8s.api.core.v1.LimitRange';
export const RESOURCE_QUOTA_SCHEMA = 'io.k8s.api.core.v1.ResourceQuota';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const amounts = (description: string): Schema => fieldOf.mapOf(QUANTITY, description);

export const limitRangeSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: LIMIT_RANGE_SCHEMA,
    group: '',
    kind: 'LimitRange',
    description: 'How much single objects of a namespace may use.',
    properties: { spec: part('io.k8s.api.core.v1.LimitRangeSpec', 'The limits.') },
  }),
  'io.k8s.api.core.v1.LimitRangeSpec': object(
    'The limits of a namespace.',
    { limits: listOf('io.k8s.api.core.v1.LimitRangeItem', 'One entry per type of object.') },
    ['limits'],
  ),
  'io.k8s.api.core.v1.LimitRangeItem': object(
    'Limits of one type of object.',
    {
      type: text('Type of object, e.g. openshift.io/Image.'),
      max: amounts('Most that one object may use.'),
      min: amounts('Least that one object must use.'),
      default: amounts('Limits where the object names none.'),
      defaultRequest: amounts('Requests where the object names none.'),
      maxLimitRequestRatio: amounts('How many times its request a limit may be.'),
    },
    ['type'],
  ),
};

export const resourceQuotaSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: RESOURCE_QUOTA_SCHEMA,
    group: '',
    kind: 'ResourceQuota',
    description: 'How much all objects of a namespace together may use.',
    properties: {
      spec: part('io.k8s.api.core.v1.ResourceQuotaSpec', 'The limits.'),
      status: part('io.k8s.api.core.v1.ResourceQuotaStatus', 'What is in use.'),
    },
  }),
  'io.k8s.api.core.v1.ResourceQuotaSpec': object('The limits of a namespace as a whole.', {
    hard: amounts('Most that may be used, by resource name.'),
    scopes: texts('Which objects count.'),
    scopeSelector: anyObject('Which objects count.'),
  }),
  'io.k8s.api.core.v1.ResourceQuotaStatus': object('What a namespace uses.', {
    hard: amounts('The limits in force.'),
    used: amounts('What is in use.'),
  }),
};
