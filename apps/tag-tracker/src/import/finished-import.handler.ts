import { Injectable } from '@nestjs/common';
import { ImageImported, ImportFailed } from '@faktorz/domain';
import { type ConsumedEvent, Consumes } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';

export const FINISHED_IMPORTS_CHANNEL = 'tag_tracker_finished_imports';

/** Takes note of background imports. Each item comes as an event of its own; once all are heard of, the import is ready to be applied. */
@Injectable()
export class FinishedImportHandler {
  @Consumes(ImageImported)
  async onImageImported({ data }: ConsumedEvent<typeof ImageImported>, tx: ChangeTransaction): Promise<void> {
    await noteItem(tx, data);
  }

  @Consumes(ImportFailed)
  async onImportFailed({ data }: ConsumedEvent<typeof ImportFailed>, tx: ChangeTransaction): Promise<void> {
    await noteItem(tx, data);
  }
}

interface ItemOfImport {
  importId: string;
  namespace: string;
  stream: string;
  resultsUrl: string;
  item: number;
  items: number;
}

async function noteItem(tx: ChangeTransaction, data: ItemOfImport): Promise<void> {
  const [row] = await tx.query<{ ready: boolean }>(
    `INSERT INTO finished_import AS f (import_id, namespace, stream, results_url, items_expected, items_seen, ready)
     VALUES ($1, $2, $3, $4, $5, ARRAY[$6::int], $5 <= 1)
     ON CONFLICT (import_id) DO UPDATE
        SET items_seen = CASE WHEN $6 = ANY(f.items_seen) THEN f.items_seen ELSE f.items_seen || $6::int END,
            ready = cardinality(CASE WHEN $6 = ANY(f.items_seen) THEN f.items_seen ELSE f.items_seen || $6::int END) >= f.items_expected
     RETURNING ready`,
    [data.importId, data.namespace, data.stream, data.resultsUrl, data.items, data.item],
  );
  if (row?.ready) tx.wake(FINISHED_IMPORTS_CHANNEL);
}
