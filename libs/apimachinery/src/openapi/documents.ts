import type { ResourceDefinition } from '../resource-definition.js';
import { componentsOf, schemaV2, schemaV3, type PublishedSchema } from './components.js';
import {
  answerTypes,
  operationId,
  operationTag,
  patchTypes,
  pathParameters,
  pretty,
  queryParameters,
  type ParameterFacts,
} from './parameters.js';
import { groupVersionRoot, resourcePaths, type ResourceOperation, type ResourcePath } from './resource-paths.js';

type Json = Record<string, unknown>;

/** An OpenAPI 3.0 document of one group and version. */
export interface OpenApiV3Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Json>;
  components: { schemas: Record<string, PublishedSchema> };
}

/** An OpenAPI 2.0 document of all groups. */
export interface OpenApiV2Document {
  swagger: '2.0';
  info: { title: string; version: string };
  paths: Record<string, Json>;
  definitions: Record<string, PublishedSchema>;
}

const INFO = { title: 'FaktorZ', version: 'v1' } as const;

/** The OpenAPI 3.0 document of one group and version (`image.openshift.io/v1`, core: `v1`). */
export function openApiV3Document(definitions: readonly ResourceDefinition[], groupVersion: string): OpenApiV3Document {
  const own = definitions.filter(
    ({ group, version }) => (group === '' ? version : `${group}/${version}`) === groupVersion,
  );
  const schemas = [...componentsOf(own)].map(([name, schema]) => [name, schemaV3(schema)] as const);
  return {
    openapi: '3.0.0',
    info: { ...INFO },
    paths: pathsOf(own, pathItemV3),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

/** The OpenAPI 2.0 document of all resources. */
export function openApiV2Document(definitions: readonly ResourceDefinition[]): OpenApiV2Document {
  const schemas = [...componentsOf(definitions)].map(([name, schema]) => [name, schemaV2(schema)] as const);
  return {
    swagger: '2.0',
    info: { ...INFO },
    paths: pathsOf(definitions, pathItemV2),
    definitions: Object.fromEntries(schemas),
  };
}

function pathsOf(definitions: readonly ResourceDefinition[], item: (path: ResourcePath) => Json): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const definition of definitions) {
    paths[`${groupVersionRoot(definition)}/`] ??= { get: resourceListOperation(definition) };
    for (const path of resourcePaths(definition)) paths[path.path] = item(path);
  }
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function resourceListOperation(about: ResourceDefinition): Json {
  return {
    tags: [operationTag(about)],
    description: 'Lists the resources of this version.',
    operationId: `${operationId('get', { ...about, subject: '' })}Resources`.replace(/^read/, 'get'),
    responses: { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } },
  };
}

function common(operation: ResourceOperation): Json {
  const { action, group, version, kind } = operation;
  return {
    tags: [operationTag(operation)],
    description: `${action} ${kind}`,
    operationId: operationId(action, operation),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, kind, version },
  };
}

/** Codes of success: what is created answers 201, a put or patch may do either. */
function successCodes({ action }: ResourceOperation): number[] {
  if (action === 'post') return [200, 201, 202];
  if (action === 'put' || action === 'patch') return [200, 201];
  return action === 'delete' ? [200, 202] : [200];
}

function pathItemV3({ parameters, operations }: ResourcePath): Json {
  const item: Json = {};
  for (const operation of operations) item[operation.method] = operationV3(operation);
  const inPath = parameters.map((name) => ({ ...parameterV3(pathParameters[name]), in: 'path', required: true }));
  item['parameters'] = [...inPath, { ...parameterV3(pretty), in: 'query' }];
  return item;
}

function parameterV3({ name, type, description }: ParameterFacts): Json {
  return { name, description, schema: { type, uniqueItems: true } };
}

function operationV3(operation: ResourceOperation): Json {
  const { action, schema, input, stored } = operation;
  const reference = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });
  const content = Object.fromEntries(answerTypes(action).map((type) => [type, reference(schema)]));
  const bodyTypes = action === 'patch' ? patchTypes(stored) : answerTypes('get');
  return {
    ...common(operation),
    parameters: queryParameters(action).map((facts) => ({ ...parameterV3(facts), in: 'query' })),
    ...(input === undefined
      ? {}
      : {
          requestBody: {
            content: Object.fromEntries(bodyTypes.map((type) => [type, reference(input)])),
            ...(action === 'delete' ? {} : { required: true }),
          },
        }),
    responses: {
      ...Object.fromEntries(successCodes(operation).map((code) => [code, { description: 'OK', content }])),
      401: { description: 'Unauthorized' },
    },
  };
}

function pathItemV2({ parameters, operations }: ResourcePath): Json {
  const item: Json = {};
  for (const operation of operations) item[operation.method] = operationV2(operation);
  const inPath = parameters.map((name) => ({ ...pathParameters[name], in: 'path', required: true, uniqueItems: true }));
  item['parameters'] = [...inPath, { ...pretty, in: 'query', uniqueItems: true }];
  return item;
}

function operationV2(operation: ResourceOperation): Json {
  const { action, schema, input, stored } = operation;
  const reference = (name: string) => ({ $ref: `#/definitions/${name}` });
  const body =
    input === undefined
      ? []
      : [{ in: 'body', name: 'body', schema: reference(input), ...(action === 'delete' ? {} : { required: true }) }];
  return {
    ...common(operation),
    consumes: action === 'patch' ? patchTypes(stored) : ['*/*'],
    produces: answerTypes(action),
    schemes: ['https'],
    parameters: [...body, ...queryParameters(action).map((facts) => ({ ...facts, in: 'query', uniqueItems: true }))],
    responses: {
      ...Object.fromEntries(
        successCodes(operation).map((code) => [code, { description: 'OK', schema: reference(schema) }]),
      ),
      401: { description: 'Unauthorized' },
    },
  };
}
