import { NamespaceTerminating, StreamDeleted } from '@faktorz/domain';
import { type ConsumedEvent, Consumes } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';

const LINKS = ['blob_link', 'manifest_link'] as const;

/**
 * A stream that is gone shows nothing: its repository's links go with it, and what nothing else needs is collected later.
 * What was pushed after the deletion belongs to a new stream of the name. Events that are never delivered cost disk space
 * only, since a stream's absence is found out at every pull.
 */
@Injectable()
export class RepositoryEventsHandler {
  @Consumes(StreamDeleted)
  async onStreamDeleted({ data, time }: ConsumedEvent<typeof StreamDeleted>, tx: ChangeTransaction): Promise<void> {
    for (const table of LINKS) {
      await tx.query(`DELETE FROM ${table} WHERE namespace = $1 AND stream = $2 AND linked_at <= $3`, [
        data.namespace,
        data.stream,
        time,
      ]);
    }
  }

  @Consumes(NamespaceTerminating)
  async onNamespaceTerminating(
    { data, time }: ConsumedEvent<typeof NamespaceTerminating>,
    tx: ChangeTransaction,
  ): Promise<void> {
    for (const table of LINKS) {
      await tx.query(`DELETE FROM ${table} WHERE namespace = $1 AND linked_at <= $2`, [data.namespace, time]);
    }
  }
}
