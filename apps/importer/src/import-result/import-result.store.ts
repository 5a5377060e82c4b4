import type { ImportResults } from '@faktorz/domain';
import { Database, type ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';

const KEPT = '1 day';

/** Results of imports, kept until tag-tracker has long read them. */
@Injectable()
export class ImportResultStore {
  constructor(private readonly database: Database) {}

  /** Keeps the results of an import; the same import's are kept once. In a transaction when one is given. */
  async keep(results: ImportResults, tx: Pick<ChangeTransaction, 'query'> = this.database): Promise<void> {
    await tx.query(
      'INSERT INTO import_result (import_id, results) VALUES ($1, $2) ON CONFLICT (import_id) DO NOTHING',
      [results.importId, JSON.stringify(results)],
    );
  }

  /** The results as JSON text, unparsed: they are only passed on. */
  async read(importId: string): Promise<string | undefined> {
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
