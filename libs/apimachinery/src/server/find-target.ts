import type { KubeObject } from '../kube-object.js';
import type { ResourcePath } from '../request/request-path.js';
import type { ResourceDefinition, ResourceHandlers } from '../resource-definition.js';
import { methodNotAllowed, unknownPath } from '../status/errors.js';
import type { ResourceRequest, Target } from './resource-request.js';
import { patch } from './verbs/patch.js';
import { get, listOrWatch } from './verbs/read.js';
import { remove, removeCollection } from './verbs/remove.js';
import { create, update } from './verbs/write.js';

/** One thing that can be done at a path: its name in policies, and how it is done. */
export interface Operation {
  verb: string;
  serve(request: ResourceRequest): Promise<void>;
}

/** All resources of a server, found by path. */
export class ResourceIndex {
  private readonly byGroupVersion = new Map<string, Map<string, ResourceDefinition>>();

  constructor(definitions: readonly ResourceDefinition[]) {
    for (const definition of definitions) {
      const key = `${definition.group}/${definition.version}`;
      const resources = this.byGroupVersion.get(key) ?? new Map<string, ResourceDefinition>();
      if (resources.has(definition.plural)) throw new Error(`resource ${definition.plural} of ${key} is defined twice`);
      this.byGroupVersion.set(key, resources.set(definition.plural, definition));
    }
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.byGroupVersion.has(`${group}/${version}`);
  }

  /** What the path leads to. Throws NotFound for unknown resources, and for paths that this resource does not have. */
  find(path: ResourcePath): Target {
    const definition = this.byGroupVersion.get(`${path.group}/${path.version}`)?.get(path.resource);
    if (!definition || path.isTooDeep || (path.namespace !== undefined && !definition.namespaced)) throw unknownPath();
    // Across namespaces there are lists and watches only.
    if (definition.namespaced && path.namespace === undefined && path.name !== undefined) throw unknownPath();
    const { group, version, kind, schema, handlers } = definition;
    if (path.subresource === undefined) return { definition, handlers, kind: { group, version, kind }, schema };
    const subresource = definition.subresources?.find(({ name }) => name === path.subresource);
    if (!subresource) throw unknownPath();
    return {
      definition,
      subresource,
      handlers: subresource.handlers,
      kind: { group: subresource.group ?? group, version: subresource.version ?? version, kind: subresource.kind },
      schema: subresource.schema,
    };
  }
}

/** What a method does at a path. Throws NotFound where no verb of the resource uses the path, MethodNotAllowed where others do. */
export function operationOf(
  method: string,
  path: ResourcePath,
  { handlers, definition }: Target,
  isWatch: boolean,
): Operation {
  const isWholeCluster = definition.namespaced && path.namespace === undefined;
  const operations =
    path.name === undefined ? onCollection(handlers, isWholeCluster, isWatch) : onObject(handlers, path, isWatch);
  if (Object.values(operations).every((operation) => operation === undefined)) throw unknownPath();
  const operation = operations[method];
  if (operation === undefined) throw methodNotAllowed();
  return operation;
}

type Operations = Readonly<Record<string, Operation | undefined>>;

function onCollection(handlers: ResourceHandlers<KubeObject>, isWholeCluster: boolean, isWatch: boolean): Operations {
  const canRead = (handlers.list ?? handlers.answerToList ?? handlers.changes) !== undefined;
  const GET = canRead ? { verb: isWatch ? 'watch' : 'list', serve: listOrWatch } : undefined;
  if (isWholeCluster) return { GET };
  return {
    GET,
    POST: handlers.create && { verb: 'create', serve: create },
    DELETE: handlers.deleteCollection && { verb: 'deletecollection', serve: removeCollection },
  };
}

function onObject(handlers: ResourceHandlers<KubeObject>, path: ResourcePath, isWatch: boolean): Operations {
  if (path.isWatch) return { GET: handlers.changes && isWatch ? { verb: 'watch', serve: listOrWatch } : undefined };
  return {
    GET: handlers.get && { verb: 'get', serve: get },
    // Only subresources are created under the name of an object.
    POST: path.subresource !== undefined && handlers.create ? { verb: 'create', serve: create } : undefined,
    PUT: handlers.update && { verb: 'update', serve: update },
    PATCH: handlers.get && handlers.update && { verb: 'patch', serve: patch },
    DELETE: handlers.delete && { verb: 'delete', serve: remove },
  };
}
