import { Injectable } from '@nestjs/common';
import { TagUpdated } from '@faktorz/domain';
import { type ConsumedEvent, Consumes, type Rebuild, RebuildsFrom } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { tagName, TRIGGERS_CHANNEL, TriggerTargetStore } from './trigger-target.store.js';

/** Records, for every tag that moved, which objects have to be looked at. Writing them is the worker's. */
@Injectable()
export class RecordTriggersHandler {
  constructor(private readonly targets: TriggerTargetStore) {}

  @Consumes(TagUpdated)
  async onTagUpdated({ data }: ConsumedEvent<typeof TagUpdated>, tx: ChangeTransaction): Promise<void> {
    const { namespace, stream, tag } = data;
    await this.targets.recordTag(tx, tagName({ namespace, stream, tag, fieldPath: '' }));
  }

  /** Moves may have been missed: every object is looked at. */
  @RebuildsFrom('tag-tracker')
  async onRebuild(_rebuild: Rebuild, tx: ChangeTransaction): Promise<void> {
    await this.targets.recordAll(tx);
    tx.wake(TRIGGERS_CHANNEL);
  }
}
