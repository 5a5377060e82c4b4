import type { ApiObject, PruneApi } from './prune-api.js';

interface ApiList extends ApiObject {
  items: ApiObject[] | null;
}

/** All objects of a collection, a page of so many at a time: never more of it is held than its reader keeps. */
export async function* pagesOf<T extends ApiObject>(api: PruneApi, path: string, perPage: number): AsyncGenerator<T> {
  let next: string | undefined;
  do {
    const page: ApiList = await api.get<ApiList>(path, { limit: String(perPage), continue: next });
    yield* (page.items ?? []) as T[];
    next = page.metadata?.continue || undefined;
  } while (next);
}
