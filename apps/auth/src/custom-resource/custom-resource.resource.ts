import { metaSchemas, nameColumn, type KubeObject, type ResourceDefinition } from '@faktorz/apimachinery';
import type { ChangeLog } from '@faktorz/persistence';
import { kindSchemas } from '../schema/schema-words.js';
import { virtualDefinition } from '../schema/stored-definition.js';

const SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition';
const GROUP = 'apiextensions.k8s.io';

/**
 * apiextensions.k8s.io/v1 customresourcedefinitions, of which there are none: kubectl looks here before it creates an
 * object of a kind that cannot be patched (`queryParamVerifier` in k8s.io/cli-runtime), and fails where it may not look.
 */
export function customResourceResource(log: ChangeLog): ResourceDefinition {
  return virtualDefinition<KubeObject>({
    group: GROUP,
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    singular: 'customresourcedefinition',
    shortNames: ['crd', 'crds'],
    namespaced: false,
    schema: SCHEMA,
    schemas: {
      ...metaSchemas,
      ...kindSchemas({
        name: SCHEMA,
        group: GROUP,
        kind: 'CustomResourceDefinition',
        description: 'A kind of object that users define. There are none here.',
        properties: {},
      }),
    },
    columns: [nameColumn],
    handlers: { list: async ({ at }) => ({ position: at ?? (await log.head()), items: nothing(), rest: () => ({}) }) },
  });
}

async function* nothing(): AsyncGenerator<KubeObject> {}
