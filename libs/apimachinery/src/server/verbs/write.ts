import { decodeBody } from '../../decode/index.js';
import type { KubeObject } from '../../kube-object.js';
import { parseWriteOptions, type FieldValidation, type WriteOptions } from '../../request/query-options.js';
import { isAnswer, representationOf, sendObject } from '../represent.js';
import { matchName, matchNamespace } from '../object-identity.js';
import { readBody } from '../request-body.js';
import { contextOf, type ResourceRequest } from '../resource-request.js';

/** POST to a collection, or to a subresource of an object. */
export async function create(request: ResourceRequest): Promise<void> {
  const { exchange, path, target } = request;
  const representation = representationOf(request);
  const options = parseWriteOptions(exchange.query, 'CreateOptions');
  const object = await readObject(request, options.fieldValidation);
  matchNamespace(object, path);
  matchName(object, path);
  await checkNamespace(request);
  const result = await target.handlers.create!(object, contextOf(request, contextOverrides(options)));
  const { metadata } = (isAnswer(result) ? result.body : result) as Partial<KubeObject>;
  if (metadata?.name) exchange.noteMade(metadata.name);
  if (isAnswer(result)) return exchange.send(result.status, result.body, representation);
  await sendObject(request, representation, 201, result);
}

/** PUT of one object. */
export async function update(request: ResourceRequest): Promise<void> {
  const { exchange, path, target } = request;
  const representation = representationOf(request);
  const options = parseWriteOptions(exchange.query, 'UpdateOptions');
  const object = await readObject(request, options.fieldValidation);
  matchNamespace(object, path);
  matchName(object, path);
  const result = await target.handlers.update!(object, contextOf(request, contextOverrides(options)));
  await sendObject(request, representation, result.created ? 201 : 200, result.object);
}

/** Throws if the namespace of a new object is missing or going away. */
export async function checkNamespace({ options, path, target }: ResourceRequest): Promise<void> {
  const isNeeded = target.subresource === undefined && target.definition.needsNamespace !== false;
  if (isNeeded && path.namespace !== undefined) await options.namespaces?.checkNamespace(path.namespace, 'create');
}

/** What write options change of a handler's context. */
export function contextOverrides({ dryRun }: WriteOptions): { dryRun: boolean } {
  return { dryRun };
}

async function readObject(
  { exchange, target }: ResourceRequest,
  fieldValidation: FieldValidation,
): Promise<KubeObject> {
  const { object, warnings } = decodeBody({
    bytes: await readBody(exchange.request.raw),
    contentType: exchange.headers['content-type'] ?? '',
    kind: target.kind,
    schema: target.schema,
    schemas: target.definition.schemas,
    fieldValidation,
    keepsNul: target.definition.keepsNul,
  });
  for (const warning of warnings) exchange.warn(warning);
  return object;
}
