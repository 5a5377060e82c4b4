import { NamespaceCreated, NamespaceTerminating } from '@faktorz/domain';
import { type ConsumedEvent, Consumes, type Rebuild, RebuildsFrom } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { SERVICE_NAME } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { cleanupChannel } from './cleanup-channel.js';

/** Keeps what this service knows of namespaces, and records that a terminating one has to be emptied. */
@Injectable()
export class NamespaceEventsHandler {
  constructor(@Inject(SERVICE_NAME) private readonly service: string) {}

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
    tx.wake(cleanupChannel(this.service));
  }

  /** News of a termination may have been missed: whoever empties namespaces asks auth about each first. */
  @RebuildsFrom('auth')
  async onRebuild(_rebuild: Rebuild, tx: ChangeTransaction): Promise<void> {
    await tx.query(
      'INSERT INTO namespace_cleanup (name, uid) SELECT name, uid FROM known_namespace ON CONFLICT DO NOTHING',
    );
    tx.wake(cleanupChannel(this.service));
  }
}

async function remember(tx: ChangeTransaction, name: string, uid: string, phase: string): Promise<void> {
  await tx.query(
    `INSERT INTO known_namespace (name, uid, phase) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET uid = $2, phase = $3`,
    [name, uid, phase],
  );
}
