import type { ImportResults } from '@faktorz/domain';
import { Database, type ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';

const KEPT = '1 day';
/** Results a client waits for are read back at once, by tag-tracker. */
const MOST_AT_HAND = 32;
const MOST_TEXT_AT_HAND = 256 * 1024;

const INSERT = 'INSERT INTO import_result (import_id, results) VALUES ($1, $2) ON CONFLICT (import_id) DO NOTHING';

/** Results of imports, kept until tag-tracker has long read them. */
@Injectable()
export class ImportResultStore {
  private readonly atHand = new Map<string, string>();

  constructor(private readonly database: Database) {}

  /** Keeps the results of an import; the same import's are kept once. In a transaction when one is given. */
  async keep(results: ImportResults, tx: Pick<ChangeTransaction, 'query'> = this.database): Promise<void> {
    await tx.query(INSERT, [results.importId, JSON.stringify(results)]);
  }

  /**
   * Keeps results for the time of a request: small ones are at once readable here (`isAtHand`), all of them from every
   * replica when it resolves. Not waited for by the disk:
   * should the database crash now, the request fails with it.
   */
  async keepForRequest(results: ImportResults): Promise<void> {
    const text = JSON.stringify(results);
    if (text.length <= MOST_TEXT_AT_HAND) this.atHand.set(results.importId, text);
    for (const importId of this.atHand.keys()) {
      if (this.atHand.size <= MOST_AT_HAND) break;
      this.atHand.delete(importId);
    }
    await this.database.withConnection((connection) =>
      connection.queryAll([
        { text: 'BEGIN', values: [] },
        { text: 'SET LOCAL synchronous_commit = off', values: [] },
        { text: INSERT, values: [results.importId, text] },
        { text: 'COMMIT', values: [] },
      ]),
    );
  }

  /** Can this process read the results back already? */
  isAtHand(importId: string): boolean {
    return this.atHand.has(importId);
  }

  /** The results as JSON text, unparsed: they are only passed on. */
  async read(importId: string): Promise<string | undefined> {
    const atHand = this.atHand.get(importId);
    if (atHand !== undefined) return atHand;
    const [row] = await this.database.query<{ results: string }>(
      'SELECT results::text AS results FROM import_result WHERE import_id = $1',
      [importId],
    );
    return row?.results;
  }

  /** Deletes what nobody will ask for any more. */
  async deleteOld(): Promise<void> {
    await this.database.query(`DELETE FROM import_result WHERE created_at < now() - interval '${KEPT}'`);
  }
}
