import type { FieldSelector, KubeObject, ListPage, ListQuery, ObjectKey } from '@faktorz/apimachinery';
import type { ChangeLog } from '../change-log/change-log.js';
import { expired, notReached } from '../change-log/log-rows.js';
import type { Database } from '../database/database.js';
import { decodeDocument, fieldValue } from './document-codec.js';
import { CURRENT, type DocumentOptions, type StoredVersion } from './document.types.js';
import { labelConditions } from './label-condition.js';

const BATCH_ROWS = 500;

/** One page of a list as of a position; its items are read in batches while they are consumed. */
export class DocumentList<T extends KubeObject> implements ListPage<T> {
  private next: ObjectKey | undefined;
  private remaining: number | undefined;

  private constructor(
    private readonly database: Database,
    private readonly options: DocumentOptions<T>,
    private readonly query: ListQuery,
    readonly position: bigint,
  ) {}

  /** Begins a list; throws `Expired` or `Timeout` when the log does not hold the position asked for. */
  static async begin<T extends KubeObject>(
    log: ChangeLog,
    options: DocumentOptions<T>,
    query: ListQuery,
  ): Promise<DocumentList<T>> {
    const [counter] = await log.database.query<{ position: string; floor: string }>(
      'SELECT position, floor FROM change_counter',
    );
    const head = BigInt(counter?.position ?? 0);
    const at = query.at ?? head;
    if (at > head) throw notReached(at, head);
    if (at < BigInt(counter?.floor ?? 0)) throw expired(at, BigInt(counter?.floor ?? 0));
    return new DocumentList(log.database, options, query, at);
  }

  get items(): AsyncIterable<T> {
    return this.read();
  }

  rest(): { next?: ObjectKey; remaining?: number } {
    return { next: this.next, remaining: this.remaining };
  }

  private async *read(): AsyncGenerator<T> {
    const { fields = [] } = this.query;
    const limit = this.query.limit || undefined; // 0 means no limit, as in Kubernetes
    let given = 0;
    let after = this.query.after;
    for (;;) {
      // One more than wanted tells whether the page is the last.
      const wanted = limit === undefined ? BATCH_ROWS : Math.min(BATCH_ROWS, limit - given + 1);
      const rows = await this.rowsAfter(after, wanted);
      for (const row of rows) {
        const object = await decodeDocument(row.document, row.valid_from, this.options);
        if (!matchesFields(object, fields, this.options)) continue;
        if (limit !== undefined && given === limit) return this.endPage(after!, given);
        given += 1;
        after = keyOf(row);
        yield object;
      }
      if (rows.length < wanted) return;
      after = keyOf(rows.at(-1)!);
    }
  }

  /** `after` is the last key given; what follows it is for the next page. */
  private async endPage(after: ObjectKey, given: number): Promise<void> {
    this.next = after;
    if ((this.query.labels?.length ?? 0) > 0 || (this.query.fields?.length ?? 0) > 0) return;
    const known = (this.query.remainingAfter ?? 0) - given;
    if (known > 0) {
      this.remaining = known;
      return;
    }
    const { text, values } = versionsSql(this.options.resource, this.position, {
      ...this.query,
      after,
      limit: undefined,
    });
    const [row] = await this.database.query<{ count: string }>(`SELECT count(*) FROM (${text}) v`, values);
    this.remaining = Number(row?.count);
  }

  private async rowsAfter(after: ObjectKey | undefined, limit: number): Promise<StoredVersion[]> {
    const { text, values } = versionsSql(this.options.resource, this.position, { ...this.query, after, limit });
    const found = await this.database.query<StoredVersion & { floor: string }>(
      `SELECT c.floor, v.* FROM change_counter c LEFT JOIN LATERAL (${text}) v ON true ORDER BY v.namespace, v.name`,
      values,
    );
    const floor = BigInt(found[0]?.floor ?? 0);
    if (this.position < floor) throw expired(this.position, floor);
    return found.filter((row) => row.name !== null);
  }
}

function keyOf(row: StoredVersion): ObjectKey {
  return row.namespace === '' ? { name: row.name } : { namespace: row.namespace, name: row.name };
}

function matchesFields<T extends KubeObject>(object: T, fields: FieldSelector, options: DocumentOptions<T>): boolean {
  return fields.every(
    ({ field, operator, value }) => (fieldValue(object, field, options) === value) === (operator === '='),
  );
}

/**
 * The versions visible at a position, in order of namespace and name: those still current, and the few that ended
 * since. So the cost follows the number of objects and of changes since, not the length of the history.
 */
function versionsSql(resource: string, position: bigint, query: ListQuery): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = [`resource = ${parameter(resource)}`];
  if (query.namespace !== undefined) conditions.push(`namespace = ${parameter(query.namespace)}`);
  for (const { field, operator, value } of query.fields ?? []) {
    const column = { 'metadata.name': 'name', 'metadata.namespace': 'namespace' }[field];
    if (column) conditions.push(`${column} ${operator === '=' ? '=' : '<>'} ${parameter(value)}`);
  }
  if (query.after) {
    const { namespace = '', name } = query.after;
    conditions.push(`(namespace, name) > (${parameter(namespace)}, ${parameter(name)})`);
  }
  conditions.push(...labelConditions(query.labels ?? [], 'labels', parameter));
  const at = parameter(position);
  const limit = query.limit === undefined ? '' : `LIMIT ${parameter(query.limit)}`;
  const branch = (condition: string) =>
    `(SELECT namespace, name, uid, valid_from, document::text AS document FROM document_version
      WHERE ${conditions.join(' AND ')} AND valid_from <= ${at} AND ${condition} ORDER BY namespace, name ${limit})`;
  return {
    text: `${branch(`valid_to = ${CURRENT}`)} UNION ALL ${branch(`valid_to > ${at} AND valid_to < ${CURRENT}`)}
      ORDER BY namespace, name ${limit}`,
    values,
  };
}
