import { Injectable } from '@nestjs/common';
import { type ChangeTransaction, Database } from '@faktorz/persistence';

/** Which imports have been applied, so that asking again changes nothing. */
@Injectable()
export class AppliedImports {
  constructor(private readonly database: Database) {}

  /** Takes note of the import in the transaction that applies it; a second one waits for the first and then fails. */
  async record(tx: ChangeTransaction, importId: string, stream: { namespace: string; name: string }): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO applied_import (import_id, namespace, stream) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1`,
      [importId, stream.namespace, stream.name],
    );
    return rows.length > 0;
  }

  /** Forgets imports applied more than a day ago. */
  async trim(): Promise<void> {
    await this.database.query(`DELETE FROM applied_import WHERE applied_at < now() - interval '1 day'`);
  }
}
