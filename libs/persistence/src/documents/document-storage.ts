import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  ChangeProgress,
  ChangesQuery,
  KubeObject,
  ListPage,
  ListQuery,
  ObjectChange,
  ObjectKey,
  ObjectMeta,
  ResourceStorage,
  WriteContext,
} from '@faktorz/apimachinery';
import type { ChangeFeed } from '../change-feed/change-feed.js';
import type { ChangeLog } from '../change-log/change-log.js';
import type { ChangeTransaction, SqlPosition, SqlStatement } from '../change-log.types.js';
import { DocumentChanges } from './document-changes.js';
import { decodeDocument, encodeDocument } from './document-codec.js';
import { alreadyExists, notFound, otherUid, outdated } from './document-errors.js';
import { DocumentList } from './document-list.js';
import {
  CURRENT,
  type DocumentChange,
  type DocumentOptions,
  type ObjectIdentity,
  type StoredVersion,
} from './document.types.js';

/**
 * Keeps the objects of one resource as JSON documents, every version with the positions between which it was valid.
 * The `…In` methods do the same within a transaction of the caller; the objects they return get their resourceVersion
 * when that commits, and reads within it do not see them.
 */
export class DocumentStorage<T extends KubeObject> implements ResourceStorage<T> {
  private readonly versions: DocumentChanges<T>;

  constructor(
    private readonly log: ChangeLog,
    private readonly feed: ChangeFeed,
    private readonly options: DocumentOptions<T>,
  ) {
    this.versions = new DocumentChanges(log.database, options);
  }

  async get(key: ObjectKey): Promise<T | undefined> {
    const { text, values } = this.currentVersion(key);
    const [row] = await this.log.database.query<StoredVersion>(text, values);
    return row && decodeDocument(row.document, row.valid_from, this.options);
  }

  /** Those of the named objects of one namespace that exist, in no particular order. */
  async getMany(namespace: string, names: readonly string[]): Promise<T[]> {
    const rows = await this.log.database.query<StoredVersion>(
      `SELECT valid_from, document::text AS document FROM document_version
        WHERE resource = $1 AND namespace = $2 AND name = ANY($3::text[]) AND valid_to = ${CURRENT}`,
      [this.options.resource, namespace, names],
    );
    return Promise.all(rows.map((row) => decodeDocument(row.document, row.valid_from, this.options)));
  }

  /** Who the named objects are, as far as they exist, without reading the rest of them. */
  identities(namespace: string, names: readonly string[]): Promise<ObjectIdentity[]> {
    return this.log.database.query<ObjectIdentity>(
      `SELECT name, uid, valid_from AS "resourceVersion",
              document->'metadata'->>'creationTimestamp' AS "creationTimestamp"
         FROM document_version
        WHERE resource = $1 AND namespace = $2 AND name = ANY($3::text[]) AND valid_to = ${CURRENT}`,
      [this.options.resource, namespace, names],
    );
  }

  /** Which of the named objects exist. */
  existing(namespace: string, names: readonly string[]): Promise<Set<string>> {
    return this.existingIn(this.log.database, namespace, names);
  }

  /** Which of the named objects exist, also those created in this transaction. */
  async existingIn(
    tx: Pick<ChangeTransaction, 'query'>,
    namespace: string,
    names: readonly string[],
  ): Promise<Set<string>> {
    const rows = await tx.query<{ name: string }>(
      'SELECT name FROM document_head WHERE resource = $1 AND namespace = $2 AND name = ANY($3::text[])',
      [this.options.resource, namespace, names],
    );
    return new Set(rows.map((row) => row.name));
  }

  /** As `get`, in the caller's transaction: sees what had committed when it is called. */
  async getIn(tx: ChangeTransaction, key: ObjectKey): Promise<T | undefined> {
    const { text, values } = this.currentVersion(key);
    const [row] = await tx.query<StoredVersion>(text, values);
    return row && decodeDocument(row.document, row.valid_from, this.options);
  }

  list(query: ListQuery): Promise<ListPage<T>> {
    return DocumentList.begin(this.log, this.options, query);
  }

  create(object: T, context: WriteContext): Promise<T> {
    return this.log.transaction((tx) => this.createIn(tx, object, context));
  }

  update(object: T, context: WriteContext): Promise<T> {
    return this.log.transaction((tx) => this.updateIn(tx, object, context));
  }

  delete(key: ObjectKey, resourceVersion: string, context: WriteContext): Promise<T> {
    return this.log.transaction((tx) => this.deleteIn(tx, key, resourceVersion, context));
  }

  async createIn(tx: ChangeTransaction, object: T, context: WriteContext): Promise<T> {
    const created = withMetadata(object, { uid: object.metadata.uid ?? randomUUID() });
    const key = this.keyValues(created.metadata);
    const json = await encodeDocument(created, this.options);
    const added = await tx.query(
      `INSERT INTO document_head (resource, namespace, name, position) VALUES ($1, $2, $3, 0)
       ON CONFLICT DO NOTHING RETURNING 1`,
      key,
    );
    if (added.length === 0) throw alreadyExists(this.options.resource, created.metadata.name);
    await this.write(tx, { type: 'ADDED', object: created, context }, (position) => [
      insertVersion(key, created, json, position, false),
    ]);
    return created;
  }

  /**
   * Replaces the object; without a resourceVersion, whatever its version is. Returns what is there, unlogged, when
   * nothing differs.
   */
  async updateIn(tx: ChangeTransaction, object: T, context: WriteContext): Promise<T> {
    const { name, resourceVersion, uid } = object.metadata;
    const previous = await this.lock(tx, object.metadata, resourceVersion);
    if (uid !== undefined && previous && uid !== previous.metadata.uid) {
      throw otherUid(this.options.resource, name, uid, previous.metadata.uid ?? '');
    }
    const updated = withMetadata(object, { uid: uid ?? previous?.metadata.uid });
    if (previous && sameContent(updated, previous)) return previous;
    const key = this.keyValues(updated.metadata);
    const json = await encodeDocument(updated, this.options);
    await this.write(tx, { type: 'MODIFIED', object: updated, previous, context }, (position) => [
      insertVersion(key, updated, json, position, true),
    ]);
    return updated;
  }

  /** Removes the object; without a resourceVersion, whatever its version is. */
  async deleteIn(
    tx: ChangeTransaction,
    key: ObjectKey,
    resourceVersion: string | undefined,
    context: WriteContext,
  ): Promise<T> {
    const deleted = await this.lock(tx, key, resourceVersion);
    if (!deleted) throw notFound(this.options.resource, key.name);
    await this.write(tx, { type: 'DELETED', object: deleted, context }, (position) => {
      const values: unknown[] = this.keyValues(key);
      return [{ text: `WITH ended AS (${endVersion(position(values))}) DELETE FROM document_head ${OF_KEY}`, values }];
    });
    return deleted;
  }

  async *changes(query: ChangesQuery, signal: AbortSignal): AsyncGenerator<ObjectChange<T> | ChangeProgress> {
    const { resource } = this.options;
    const { after, namespace, name, withPrevious = false } = query;
    for await (const { rows, upTo } of this.feed.followBatches({ after, resource, namespace, name }, signal)) {
      yield* this.versions.of(rows, withPrevious);
      if (rows.at(-1)?.position !== upTo) yield { type: 'PROGRESS', position: upTo };
    }
  }

  head(): Promise<bigint> {
    return this.log.head();
  }

  /**
   * Locks the object against other writers and returns its current version; undefined when it was created in this very
   * transaction. Throws NotFound, and Conflict when it is at another version.
   */
  private async lock(tx: ChangeTransaction, key: ObjectKey, resourceVersion?: string): Promise<T | undefined> {
    const [heads, versions] = await tx.queryAll([
      {
        text: `SELECT position FROM document_head WHERE resource = $1 AND namespace = $2 AND name = $3 FOR UPDATE`,
        values: this.keyValues(key),
      },
      this.currentVersion(key),
    ]);
    const head = heads?.[0];
    if (!head) throw notFound(this.options.resource, key.name);
    if (resourceVersion !== undefined && resourceVersion !== head.position) {
      throw outdated(this.options.resource, key.name);
    }
    const version = versions?.[0] as StoredVersion | undefined;
    return version && decodeDocument(version.document, version.valid_from, this.options);
  }

  private async write(
    tx: ChangeTransaction,
    change: DocumentChange<T>,
    statements: (position: SqlPosition) => SqlStatement[],
  ): Promise<void> {
    const { metadata } = change.object;
    const logged = {
      resource: this.options.resource,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      uid: metadata.uid ?? '',
      type: change.type,
      stamp: statements,
      committed: (position: bigint) => {
        metadata.resourceVersion = String(position);
      },
    };
    const [event, ...more] = this.options.events?.(change) ?? [];
    if (event) tx.recordAndPublish(logged, event);
    else tx.record(logged);
    for (const next of more) tx.publish(next);
    await this.options.alongside?.(tx, change);
  }

  private currentVersion(key: ObjectKey): SqlStatement {
    return {
      text: `SELECT valid_from, document::text AS document FROM document_version
        WHERE resource = $1 AND namespace = $2 AND name = $3 AND valid_to = ${CURRENT}`,
      values: this.keyValues(key),
    };
  }

  private keyValues(key: ObjectKey): [string, string, string] {
    return [this.options.resource, key.namespace ?? '', key.name];
  }
}

/** `$1…$3` key. */
const OF_KEY = 'WHERE resource = $1 AND namespace = $2 AND name = $3';

function endVersion(position: string): string {
  return `UPDATE document_version SET valid_to = ${position} ${OF_KEY} AND valid_to = ${CURRENT}`;
}

function insertVersion(
  key: readonly [string, string, string],
  object: KubeObject,
  json: string,
  position: SqlPosition,
  endsAnother: boolean,
): SqlStatement {
  const values = [...key, object.metadata.uid ?? '', JSON.stringify(object.metadata.labels ?? {}), json];
  const at = position(values);
  const ended = endsAnother ? `ended AS (${endVersion(at)}),` : '';
  return {
    text: `WITH ${ended} head AS (UPDATE document_head SET position = ${at} ${OF_KEY})
      INSERT INTO document_version (valid_from, resource, namespace, name, uid, labels, document)
      VALUES (${at}, $1, $2, $3, $4, $5::jsonb, $6::json)`,
    values,
  };
}

/** A copy whose metadata can be changed without touching the caller's object. */
function withMetadata<T extends KubeObject>(object: T, metadata: Partial<ObjectMeta>): T {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

function sameContent(a: KubeObject, b: KubeObject): boolean {
  return isDeepStrictEqual(comparable(a), comparable(b));
}

/** Through JSON, so that fields set to undefined count as absent. */
function comparable(object: KubeObject): unknown {
  return JSON.parse(JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined } }));
}
