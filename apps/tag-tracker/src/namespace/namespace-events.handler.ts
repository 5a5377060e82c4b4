import { Injectable } from '@nestjs/common';
import { NamespaceCreated, NamespaceTerminating } from '@faktorz/domain';
import { type ConsumedEvent, Consumes } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';

export const NAMESPACE_CLEANUP_CHANNEL = 'tag_tracker_namespace_cleanup';

/** Keeps what this service knows of namespaces, and records that a terminating one has to be emptied. */
@Injectable()
export class NamespaceEventsHandler {
  @Consumes(NamespaceCreated)
  async onCreated({ data }: ConsumedEvent<typeof NamespaceCreated>, tx: ChangeTransaction): Promise<void> {
    await remember(tx, data.namespace, data.uid, 'Active');
  }

  @Consumes(NamespaceTerminating)
  async onTerminating({ data }: ConsumedEvent<typeof NamespaceTerminating>, tx: ChangeTransaction): Promise<void> {
    await remember(tx, data.namespace, data.uid, 'Terminating');
    await tx.query(
      'INSERT INTO namespace_cleanup (name, uid) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET uid = $2, due_at = now()',
      [data.namespace, data.uid],
    );
    tx.wake(NAMESPACE_CLEANUP_CHANNEL);
  }
}

async function remember(tx: ChangeTransaction, name: string, uid: string, phase: string): Promise<void> {
  await tx.query(
    `INSERT INTO known_namespace (name, uid, phase) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET uid = $2, phase = $3`,
    [name, uid, phase],
  );
}
