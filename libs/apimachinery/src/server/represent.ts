import { encodedJson } from '../encoded-json.js';
import type { KubeObject } from '../kube-object.js';
import { negotiate, type Representation } from '../negotiation/accept.js';
import type { HandlerAnswer } from '../resource-definition.js';
import { badRequest } from '../status/errors.js';
import { partialMetadata, TablePrinter, type IncludeObject } from '../table/table.js';
import type { ResourceRequest } from './resource-request.js';

/** What the client wants to see, decided before anything is done. Throws NotAcceptable. */
export function representationOf({ exchange }: ResourceRequest): Representation {
  return negotiate(exchange.headers.accept, { shapes: true, yaml: true, protobuf: false });
}

/** Reads `includeObject` of a table request. Throws BadRequest. */
export function includeObjectOf({ exchange }: ResourceRequest): IncludeObject {
  const asked = exchange.query.get('includeObject') || 'Metadata';
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(asked)}`);
}

/** Answers with an object, as the client wants it: whole, as a table, or its metadata. */
export async function sendObject(
  request: ResourceRequest,
  representation: Representation,
  status: number,
  object: object,
): Promise<void> {
  await request.exchange.send(status, shaped(request, representation, object), representation);
}

/** The same with an object that is shared among answers: its JSON is made once. */
export async function sendShared(
  request: ResourceRequest,
  representation: Representation,
  object: KubeObject,
): Promise<void> {
  const { exchange } = request;
  const isWhole = representation.shape.as === 'Object' && representation.format === 'json' && !exchange.isPretty;
  if (isWhole) return exchange.sendText(200, `${encodedJson(object)}\n`, 'json');
  await sendObject(request, representation, 200, object);
}

/** Is this what a handler answers instead of the object? */
export function isAnswer(result: KubeObject | HandlerAnswer): result is HandlerAnswer {
  return !('kind' in result) && 'body' in result && typeof result.status === 'number';
}

function shaped(request: ResourceRequest, { shape }: Representation, object: object): object {
  if (shape.as === 'Object' || !isKubeObject(object)) return object;
  if (shape.as !== 'Table') return partialMetadata(object, `meta.k8s.io/${shape.version}`);
  const { definition, subresource, kind } = request.target;
  const isOwnKind = subresource === undefined || kind.kind === definition.kind;
  const columns = isOwnKind ? definition : {};
  return new TablePrinter(columns, shape.version, includeObjectOf(request)).single(object, new Date());
}

function isKubeObject(object: object): object is KubeObject {
  return 'kind' in object && object.kind !== 'Status' && 'metadata' in object && !('items' in object);
}
