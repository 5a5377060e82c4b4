import { listEncoder } from '../../list/list-encoder.js';
import { writeList } from '../../list/serve-list.js';
import { AVAILABLE } from '../../negotiation/accept.js';
import { parseListOptions, parseResourceVersion, type ListOptions } from '../../request/list-options.js';
import type { RequestContext } from '../../resource-definition.js';
import { checkFieldSelector } from '../../selection/field-selector.js';
import { methodNotAllowed, notAcceptable, tooLargeVersion, watchNotSupported } from '../../status/errors.js';
import { serveWatch } from '../../watch/serve-watch.js';
import { includeObjectOf, representationOf, sendObject, sendShared } from '../represent.js';
import { contextOf, type ResourceRequest } from '../resource-request.js';

const BOOKMARK_INTERVAL_MS = 60_000;

/** GET of one object. */
export async function get(request: ResourceRequest): Promise<void> {
  const representation = representationOf(request);
  const { handlers } = request.target;
  const context = contextOf(request);
  await checkVersionReached(request, context);
  if (handlers.getShared) return sendShared(request, representation, await handlers.getShared(context));
  await sendObject(request, representation, 200, await handlers.get!(context));
}

/** Throws if the object is wanted as of a version that is none, or that has not been reached. */
async function checkVersionReached({ exchange, target }: ResourceRequest, context: RequestContext): Promise<void> {
  const version = parseResourceVersion(exchange.query.get('resourceVersion') ?? '');
  if (!version) return;
  const page = await target.definition.handlers.list?.({ namespace: context.namespace, limit: 1 }, context);
  if (page && page.position < version) throw tooLargeVersion(version, page.position);
}

/** GET of a collection, or a watch of it. */
export async function listOrWatch(request: ResourceRequest): Promise<void> {
  const { exchange, path, target } = request;
  const { definition } = target;
  const options = withNameOfPath(parseListOptions(exchange.query, path.isWatch), path.name);
  checkFieldSelector(options.fields, definition);
  if (!options.isWatch) return list(request, options);
  if (!definition.handlers.changes) throw watchNotSupported(definition.plural, definition.group);
  return watch(request, options);
}

async function list(request: ResourceRequest, options: ListOptions): Promise<void> {
  const { exchange, target } = request;
  const representation = representationOf(request);
  if (target.handlers.answerToList) {
    const { status, body } = await target.handlers.answerToList(contextOf(request, { name: undefined }));
    return exchange.send(status, body, representation);
  }
  if (!target.handlers.list) throw methodNotAllowed();
  const encoder = listEncoder(target.definition, representation, includeObjectOf(request), exchange.isPretty);
  const body = exchange.openBody(200, representation.format === 'yaml' ? 'yaml' : 'json');
  const context = contextOf(request, { name: undefined });
  await writeList({ definition: target.definition, options, context, encoder }, (piece) => body.write(piece));
  await body.end();
}

async function watch(request: ResourceRequest, options: ListOptions): Promise<void> {
  const { exchange, target } = request;
  const representation = representationOf(request);
  if (representation.format !== 'json') throw notAcceptable(AVAILABLE);
  await serveWatch({
    definition: target.definition,
    options,
    context: contextOf(request, { name: undefined }),
    representation,
    include: includeObjectOf(request),
    response: exchange.response,
    headers: exchange.answerHeaders(),
    bookmarkIntervalMs: request.options.bookmarkIntervalMs ?? BOOKMARK_INTERVAL_MS,
    onError: (error) =>
      request.options.logger?.error({ err: error, requestId: exchange.requestId }, 'a watch ended with an error'),
  });
}

/** The old path `/watch/…/<name>` watches one object. */
function withNameOfPath(options: ListOptions, name: string | undefined): ListOptions {
  if (name === undefined) return options;
  return { ...options, fields: [...options.fields, { field: 'metadata.name', operator: '=', value: name }] };
}
