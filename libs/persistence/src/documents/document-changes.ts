import type { KubeObject, ObjectChange } from '@faktorz/apimachinery';
import { type LogRow, expired } from '../change-log/log-rows.js';
import type { Database } from '../database/database.js';
import { decodeDocument } from './document-codec.js';
import { CURRENT, type DocumentOptions } from './document.types.js';

/** The document a change led to, and the one it ended; JSON text. */
interface VersionPair {
  begun?: string;
  ended?: string;
}

const CACHED_CHANGES = 1000;

/** Turns log rows into objects. What one watcher has read of the newest changes serves the others too. */
export class DocumentChanges<T extends KubeObject> {
  private readonly cache = new Map<bigint, Promise<VersionPair>>();

  constructor(
    private readonly database: Database,
    private readonly options: DocumentOptions<T>,
  ) {}

  /** The changes of these rows, each with the object as of its position. */
  async *of(rows: readonly LogRow[], withPrevious: boolean): AsyncGenerator<ObjectChange<T>> {
    const pairs = this.pairsOf(rows);
    for (const [index, row] of rows.entries()) yield await this.changeOf(row, await pairs[index]!, withPrevious);
  }

  private async changeOf(row: LogRow, pair: VersionPair, withPrevious: boolean): Promise<ObjectChange<T>> {
    const { position } = row;
    const json = row.type === 'DELETED' ? pair.ended : pair.begun;
    if (json === undefined) throw expired(position, position); // trimmed between the reading of row and version
    const change: ObjectChange<T> = {
      type: row.type as ObjectChange<T>['type'],
      position,
      object: await decodeDocument(json, position, this.options),
    };
    if (withPrevious && row.type === 'MODIFIED' && pair.ended !== undefined) {
      change.previous = await decodeDocument(pair.ended, position, this.options);
    }
    return change;
  }

  private pairsOf(rows: readonly LogRow[]): Promise<VersionPair>[] {
    const unknown = rows.map(({ position }) => position).filter((position) => !this.cache.has(position));
    if (unknown.length > 0) this.remember(unknown, this.read(unknown));
    const pairs = rows.map(({ position }) => this.cache.get(position)!);
    this.forgetOldest();
    return pairs;
  }

  private remember(positions: readonly bigint[], reading: Promise<Map<bigint, VersionPair>>): void {
    for (const position of positions) {
      const pair = reading.then((pairs) => pairs.get(position) ?? {});
      pair.catch(() => this.cache.delete(position)); // a failed reading is reported to those who wait for it
      this.cache.set(position, pair);
    }
  }

  private forgetOldest(): void {
    for (const position of this.cache.keys()) {
      if (this.cache.size <= CACHED_CHANGES) return;
      this.cache.delete(position);
    }
  }

  private async read(positions: readonly bigint[]): Promise<Map<bigint, VersionPair>> {
    const rows = await this.database.query<{ valid_from: string; valid_to: string; document: string }>(
      `SELECT valid_from, valid_to, document::text AS document FROM document_version
       WHERE resource = $2 AND valid_from = ANY($1::bigint[])
       UNION
       SELECT valid_from, valid_to, document::text FROM document_version
       WHERE resource = $2 AND valid_to = ANY($1::bigint[]) AND valid_to < ${CURRENT}`,
      [positions, this.options.resource],
    );
    const pairs = new Map<bigint, VersionPair>(positions.map((position) => [position, {}]));
    for (const { valid_from, valid_to, document } of rows) {
      const begun = pairs.get(BigInt(valid_from));
      if (begun) begun.begun = document;
      const ended = pairs.get(BigInt(valid_to));
      if (ended) ended.ended = document;
    }
    return pairs;
  }
}
