import type { Query } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { type ApiResource, apiVersionOf } from '../client/discovery.js';

/** Says which collection could not be listed. A Forbidden already names it and stays as it is. */
export function describeListFailure(error: unknown, resource: ApiResource, selectors: Query): unknown {
  if (!(error instanceof ApiError)) return error;
  const about = `${apiVersionOf(resource)}, Resource=${resource.plural}`;
  const { labelSelector, fieldSelector } = selectors;
  if (error.httpStatus === 400 && (labelSelector || fieldSelector)) {
    const wanted = [
      ...(labelSelector ? [`label selector "${labelSelector}"`] : []),
      ...(fieldSelector ? [`field selector "${fieldSelector}"`] : []),
    ];
    return error.withMessage(`Unable to find "${about}" that match ${wanted.join(', ')}: ${error.message}`);
  }
  if (error.httpStatus === 403 || error.httpStatus === 401) return error;
  return error.withMessage(`Unable to list "${about}": ${error.message}`);
}
