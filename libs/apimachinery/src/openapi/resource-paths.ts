import type { KubeObject } from '../kube-object.js';
import type { ResourceDefinition, ResourceHandlers } from '../resource-definition.js';

/** HTTP methods a path may answer. */
export type Method = 'get' | 'put' | 'post' | 'delete' | 'patch';

/** What an operation does, as `x-kubernetes-action` says it. */
export type Action = 'list' | 'post' | 'deletecollection' | 'get' | 'put' | 'delete' | 'patch' | 'watch' | 'watchlist';

export interface ResourceOperation {
  method: Method;
  action: Action;
  group: string;
  version: string;
  kind: string;
  /** Component the operation reads or writes; for lists that of the list. */
  schema: string;
  /** Component of the request body, when there is one. */
  input?: string;
  /** Does the server know how to apply and merge strategically? */
  stored: boolean;
  /** `namespacedImageStreamStatus`: tail of the operation's id. */
  subject: string;
}

export interface ResourcePath {
  path: string;
  /** Names in braces, in order. */
  parameters: readonly ('namespace' | 'name')[];
  operations: readonly ResourceOperation[];
}

/** `/api/v1` or `/apis/<group>/<version>`. */
export function groupVersionRoot({ group, version }: { group: string; version: string }): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Every path a resource answers, with its operations, in the order of Kubernetes' documents. */
export function resourcePaths(definition: ResourceDefinition): ResourcePath[] {
  return [...mainPaths(definition), ...subresourcePaths(definition), ...watchPaths(definition)].filter(
    ({ operations }) => operations.length > 0,
  );
}

type Place = Pick<ResourcePath, 'path' | 'parameters'>;

function collectionOf({ plural, namespaced, ...about }: ResourceDefinition, prefix = ''): Place {
  const root = groupVersionRoot(about) + prefix;
  return namespaced
    ? { path: `${root}/namespaces/{namespace}/${plural}`, parameters: ['namespace'] }
    : { path: `${root}/${plural}`, parameters: [] };
}

function objectOf(definition: ResourceDefinition, prefix = ''): Place {
  const { path, parameters } = collectionOf(definition, prefix);
  return { path: `${path}/{name}`, parameters: [...parameters, 'name'] };
}

function everywhereOf({ plural, ...about }: ResourceDefinition, prefix = ''): Place {
  return { path: `${groupVersionRoot(about)}${prefix}/${plural}`, parameters: [] };
}

function mainPaths(definition: ResourceDefinition): ResourcePath[] {
  const { handlers, namespaced, kind, schema } = definition;
  const operation = operations(definition, namespaced ? `Namespaced${kind}` : kind);
  const list = handlers.list ? [operation('get', 'list', listSchemaOf(definition))] : [];
  const paths: ResourcePath[] = [];
  if (namespaced) {
    const everywhere = operations(definition, `${kind}ForAllNamespaces`);
    paths.push({
      ...everywhereOf(definition),
      operations: handlers.list ? [everywhere('get', 'list', listSchemaOf(definition))] : [],
    });
  }
  paths.push({
    ...collectionOf(definition),
    operations: [
      ...list,
      ...(handlers.create ? [operation('post', 'post', schema, schema)] : []),
      ...(handlers.deleteCollection ? [operation('delete', 'deletecollection', STATUS)] : []),
    ],
  });
  return [...paths, { ...objectOf(definition), operations: objectOperations(handlers, operation, schema) }];
}

function subresourcePaths(definition: ResourceDefinition): ResourcePath[] {
  const object = objectOf(definition);
  return (definition.subresources ?? []).map((subresource) => {
    const { name, kind, schema, handlers } = subresource;
    const about = {
      ...definition,
      group: subresource.group ?? definition.group,
      version: subresource.version ?? definition.version,
      kind,
    };
    const subject = `${definition.namespaced ? 'Namespaced' : ''}${definition.kind}${capitalized(name)}`;
    const operation = operations(about, subject);
    const post = handlers.create ? [operation('post', 'post', schema, schema)] : [];
    const { get, update } = handlers;
    const path = { path: `${object.path}/${name}`, parameters: object.parameters };
    return { ...path, operations: [...objectOperations({ get, update }, operation, schema), ...post] };
  });
}

/** The deprecated `/watch/` paths; clients read from them what can be watched. */
function watchPaths(definition: ResourceDefinition): ResourcePath[] {
  const { handlers, namespaced, kind } = definition;
  if (!handlers.changes) return [];
  const one = operations(definition, `${namespaced ? 'Namespaced' : ''}${kind}`);
  const list = operations(definition, `${namespaced ? 'Namespaced' : ''}${kind}List`);
  const everywhere = operations(definition, `${kind}ListForAllNamespaces`);
  return [
    ...(namespaced
      ? [{ ...everywhereOf(definition, '/watch'), operations: [everywhere('get', 'watchlist', WATCH_EVENT)] }]
      : []),
    { ...collectionOf(definition, '/watch'), operations: [list('get', 'watchlist', WATCH_EVENT)] },
    { ...objectOf(definition, '/watch'), operations: [one('get', 'watch', WATCH_EVENT)] },
  ];
}

const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
const WATCH_EVENT = 'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent';
const PATCH = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';
const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

type MakeOperation = (method: Method, action: Action, schema: string, input?: string) => ResourceOperation;

function operations({ group, version, kind, stored }: ResourceDefinition, subject: string): MakeOperation {
  return (method, action, schema, input) => ({ method, action, schema, input, group, version, kind, stored, subject });
}

function objectOperations(
  handlers: ResourceHandlers<KubeObject>,
  operation: MakeOperation,
  schema: string,
): ResourceOperation[] {
  return [
    ...(handlers.get ? [operation('get', 'get', schema)] : []),
    ...(handlers.update ? [operation('put', 'put', schema, schema)] : []),
    ...(handlers.delete ? [operation('delete', 'delete', STATUS, DELETE_OPTIONS)] : []),
    ...(handlers.get && handlers.update ? [operation('patch', 'patch', schema, PATCH)] : []),
  ];
}

/** The list's component: named, or that of the kind with `List` appended if the library has it. */
function listSchemaOf({ schema, listSchema, schemas }: ResourceDefinition): string {
  const name = listSchema ?? `${schema}List`;
  return Object.hasOwn(schemas, name) ? name : schema;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
