import { fieldOf, kindSchema, metaSchemas, type SchemaLibrary, structSchema } from '@faktorz/apimachinery';
import { TRIGGERS_GROUP, TRIGGERS_VERSION } from '../cluster/cluster.js';

const named = (kind: string) => `io.faktorz.triggers.v1.${kind}`;

export const ADMISSION_ENDPOINT_SCHEMA = named('AdmissionEndpoint');

/** Schemas of admission endpoints. */
export const admissionSchemas: SchemaLibrary = {
  ...metaSchemas,
  [ADMISSION_ENDPOINT_SCHEMA]: kindSchema(
    {
      description:
        'Where the API server of a cluster sends its admission reviews: named like the Cluster, or "default".',
      kinds: [{ group: TRIGGERS_GROUP, version: TRIGGERS_VERSION, kind: 'AdmissionEndpoint' }],
    },
    { status: fieldOf.part(named('AdmissionEndpointStatus'), 'Where it is.') },
  ),
  [named('AdmissionEndpointStatus')]: structSchema('Where an admission endpoint is.', {
    path: fieldOf.requiredText('Below the address of the API. It is secret: it holds the key of the endpoint.'),
  }),
};
