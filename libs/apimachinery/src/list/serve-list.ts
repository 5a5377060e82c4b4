import type { KubeObject } from '../kube-object.js';
import type { ListOptions } from '../request/list-options.js';
import type { RequestContext, ResourceDefinition } from '../resource-definition.js';
import { ApiError } from '../status/api-error.js';
import { tooLargeVersion } from '../status/errors.js';
import type { ListPage, ListQuery } from '../storage.js';
import { decodeContinue, encodeContinue } from './continue-token.js';
import type { ListEncoder, ListMeta } from './list-encoder.js';

export interface ListAsk {
  definition: ResourceDefinition;
  options: ListOptions;
  context: RequestContext;
  encoder: ListEncoder;
}

/** Writes a list item by item as the storage yields them; never holds the whole of it. Throws what storage and parameters refuse. */
export async function writeList(ask: ListAsk, write: (piece: string) => Promise<void>): Promise<void> {
  const { options, encoder } = ask;
  try {
    const page = await listPage(ask);
    await write(encoder.open());
    let isFirst = true;
    for await (const object of page.items) {
      await write(encoder.item(object, isFirst));
      isFirst = false;
    }
    await write(encoder.close(metadataOf(ask, page)));
  } catch (error) {
    const isTooOld = error instanceof ApiError && (error.reason === 'Expired' || error.reason === 'Gone');
    throw isTooOld && options.continueToken !== undefined ? continueExpired(options.continueToken) : error;
  }
}

/** 410 with a token that goes on after the same object, in the list as it is now. */
function continueExpired(token: string): ApiError {
  const { after } = decodeContinue(token);
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
    'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
    'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
    'deleted between the time the first chunk was returned and now may show up in the list.';
  return new ApiError('Expired', message, undefined, { continueToken: encodeContinue({ after }) });
}

async function listPage({ definition, options, context }: ListAsk): Promise<ListPage<KubeObject>> {
  const page = await definition.handlers.list!(listQuery(definition, options, context), context);
  const { resourceVersion } = options;
  if (resourceVersion !== undefined && page.position < resourceVersion && definition.listHasVersion !== false) {
    throw tooLargeVersion(resourceVersion, page.position);
  }
  return page;
}

function listQuery(definition: ResourceDefinition, options: ListOptions, context: RequestContext): ListQuery {
  const { labels, fields, continueToken } = options;
  const query: ListQuery = { namespace: context.namespace, labels, fields };
  if (definition.listHasVersion === false) return query;
  if (options.limit !== undefined) query.limit = options.limit;
  if (continueToken !== undefined) {
    const { position, after, remaining } = decodeContinue(continueToken);
    return {
      ...query,
      ...(position !== undefined && { at: position }),
      after,
      ...(remaining !== undefined && { remainingAfter: remaining }),
    };
  }
  const at = exactVersion(options);
  return at === undefined ? query : { ...query, at };
}

/**
 * The version a list must show exactly, if any. A version without `resourceVersionMatch` means "not older", but with a
 * `limit` "exactly", for the sake of old clients.
 */
function exactVersion({ resourceVersion, versionMatch, limit }: ListOptions): bigint | undefined {
  if (resourceVersion === undefined || resourceVersion === 0n) return undefined;
  if (versionMatch === 'Exact') return resourceVersion;
  return versionMatch === undefined && limit !== undefined ? resourceVersion : undefined;
}

function metadataOf({ definition, options }: ListAsk, page: ListPage<KubeObject>): ListMeta {
  if (definition.listHasVersion === false) return {};
  const metadata: ListMeta = { resourceVersion: page.position.toString() };
  const { next, remaining } = page.rest();
  if (next === undefined) return metadata;
  const hasSelectors = options.labels.length > 0 || options.fields.length > 0;
  const counted = remaining !== undefined && remaining > 0 && !hasSelectors ? { remaining } : {};
  metadata.continue = encodeContinue({ position: page.position, after: next, ...counted });
  if (remaining !== undefined && !hasSelectors) metadata.remainingItemCount = remaining;
  return metadata;
}
