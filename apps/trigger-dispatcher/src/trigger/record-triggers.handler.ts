import { Injectable } from '@nestjs/common';
import { StreamDeleted, TagDeleted, TagUpdated } from '@faktorz/domain';
import { type ConsumedEvent, Consumes, type Rebuild, RebuildsFrom } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { forgetChanges, recordChange, recordDeletion, tagsOfStream } from '../ledger/record-changes.js';
import { tagName } from './named-tags.js';
import { TriggerTargetStore } from './trigger-target.store.js';

/** Records, for every tag that moved, what is to become of the objects that name it. Writing them is the worker's. */
@Injectable()
export class RecordTriggersHandler {
  constructor(private readonly targets: TriggerTargetStore) {}

  @Consumes(TagUpdated)
  async onTagUpdated(event: ConsumedEvent<typeof TagUpdated>, tx: ChangeTransaction): Promise<void> {
    const { dockerImageReference, pullSpec = dockerImageReference, cause, by } = event.data;
    await recordChange(tx, { tag: tagName(event.data), image: pullSpec, cause, by, ...when(event) });
  }

  @Consumes(TagDeleted)
  async onTagDeleted(event: ConsumedEvent<typeof TagDeleted>, tx: ChangeTransaction): Promise<void> {
    await recordDeletion(tx, [tagName(event.data)], { by: event.data.by, ...when(event) });
  }

  @Consumes(StreamDeleted)
  async onStreamDeleted(event: ConsumedEvent<typeof StreamDeleted>, tx: ChangeTransaction): Promise<void> {
    const { namespace, stream, by } = event.data;
    const tags = await tagsOfStream(tx, `${namespace}/${stream}`);
    if (tags.length > 0) await recordDeletion(tx, tags, { by, ...when(event) });
  }

  /** Moves may have been missed: every object is looked at, and what its tags are now is asked. */
  @RebuildsFrom('tag-tracker')
  async onRebuild(_rebuild: Rebuild, tx: ChangeTransaction): Promise<void> {
    await forgetChanges(tx);
    await this.targets.lookAtAll(tx);
  }
}

function when({ position, time }: ConsumedEvent): { position: string; time: string } {
  return { position: String(position), time };
}
