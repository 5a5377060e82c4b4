import { decodeDeleteOptions } from '../../decode/index.js';
import type { KubeObject } from '../../kube-object.js';
import { isDryRunQuery, parseDeleteQuery } from '../../request/delete-options.js';
import { parseListOptions } from '../../request/list-options.js';
import type { DeleteOptions } from '../../resource-definition.js';
import { checkFieldSelector } from '../../selection/field-selector.js';
import { success, type Status } from '../../status/status-object.js';
import type { ListQuery } from '../../storage.js';
import { decodeContinue } from '../../list/continue-token.js';
import { isAnswer, representationOf, sendObject } from '../represent.js';
import { readBody } from '../request-body.js';
import { contextOf, type ResourceRequest } from '../resource-request.js';

/** DELETE of one object: a `Status` when it is gone, the object itself while finalizers hold it. */
export async function remove(request: ResourceRequest): Promise<void> {
  const { exchange, target } = request;
  const representation = representationOf(request);
  const { options, dryRun } = await readDeleteOptions(request);
  const result = await target.handlers.delete!(options, contextOf(request, { dryRun }));
  if (isAnswer(result)) return exchange.send(result.status, result.body, representation);
  await sendObject(request, representation, 200, isHeld(result) ? result : goneStatus(request, result));
}

/** DELETE of a collection. */
export async function removeCollection(request: ResourceRequest): Promise<void> {
  const { exchange, path, target } = request;
  const representation = representationOf(request);
  const { options, dryRun } = await readDeleteOptions(request);
  const { labels, fields, limit, continueToken } = parseListOptions(withoutWatch(exchange.query));
  checkFieldSelector(fields, target.definition);
  const query: ListQuery = { namespace: path.namespace, labels, fields, ...(limit === undefined ? {} : { limit }) };
  if (continueToken !== undefined) {
    const { position, after } = decodeContinue(continueToken);
    Object.assign(query, { at: position, after });
  }
  const answer = await target.handlers.deleteCollection!(query, options, contextOf(request, { dryRun }));
  await exchange.send(200, answer, representation);
}

async function readDeleteOptions({ exchange }: ResourceRequest): Promise<{ options: DeleteOptions; dryRun: boolean }> {
  const isDryRun = isDryRunQuery(exchange.query);
  const bytes = await readBody(exchange.request.raw);
  if (bytes.length === 0) return { options: parseDeleteQuery(exchange.query), dryRun: isDryRun };
  const { dryRun, ...options } = decodeDeleteOptions(bytes, exchange.headers['content-type'] ?? '');
  return { options, dryRun: isDryRun || (dryRun?.length ?? 0) > 0 };
}

function isHeld({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) > 0;
}

function goneStatus({ target }: ResourceRequest, { metadata }: KubeObject): Status {
  const { group, plural } = target.definition;
  return success({
    name: metadata.name,
    ...(group === '' ? {} : { group }),
    kind: plural,
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
  });
}

function withoutWatch(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete('watch');
  return rest;
}
