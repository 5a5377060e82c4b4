import {
  type KubeObject,
  type ListPage,
  type ListQuery,
  matchesFields,
  matchesLabels,
  type ObjectKey,
  type SelectableFields,
} from '@faktorz/apimachinery';

/** Rows read in one statement. */
const BATCH = 500;

export interface UnversionedListOptions<Row extends Cursor, Cursor, T extends KubeObject> {
  /** Of the change log: the list's `resourceVersion`. */
  position: bigint;
  fields: SelectableFields<T>;
  /** Where the rows after the last key of a page begin. */
  cursorOf(after: ObjectKey | undefined): Cursor | undefined;
  /** At most `limit` rows after the cursor, in order of namespace and name. */
  page(after: Cursor | undefined, limit: number): Promise<Row[]>;
  show(row: Row): T;
}

/**
 * A list of objects that have no versions: it shows what there is while it is read, and its pages are found again by the
 * last name.
 */
export function unversionedList<Row extends Cursor, Cursor, T extends KubeObject>(
  query: ListQuery,
  options: UnversionedListOptions<Row, Cursor, T>,
): ListPage<T> {
  let next: ObjectKey | undefined;
  const items = itemsOf(query, options, (last) => (next = last));
  return { position: options.position, items, rest: () => ({ next }) };
}

/** `onMore` is told the last key of a page when others follow. */
async function* itemsOf<Row extends Cursor, Cursor, T extends KubeObject>(
  query: ListQuery,
  { fields, cursorOf, page, show }: UnversionedListOptions<Row, Cursor, T>,
  onMore: (last: ObjectKey) => void,
): AsyncGenerator<T> {
  let after = cursorOf(query.after);
  let given = 0;
  let last: ObjectKey | undefined;
  for (;;) {
    const rows = await page(after, BATCH);
    for (const row of rows) {
      const object = show(row);
      const isWanted =
        matchesLabels(query.labels ?? [], object.metadata.labels) && matchesFields(query.fields ?? [], object, fields);
      if (!isWanted) continue;
      if (query.limit && given === query.limit) return last && onMore(last);
      given += 1;
      last = { namespace: object.metadata.namespace, name: object.metadata.name };
      yield object;
    }
    if (rows.length < BATCH) return;
    after = rows.at(-1);
  }
}
