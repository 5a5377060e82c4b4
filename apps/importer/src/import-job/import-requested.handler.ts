import { ImportRequested, StreamDeleted, TagDeleted } from '@faktorz/domain';
import { type ConsumedEvent, Consumes } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { CheckScheduleStore } from '../check-schedule/check-schedule.store.js';
import { ImportJobStore } from './import-job.store.js';

/** Records what tag-tracker's events ask of the importer: imports to make, tags to check from time to time. */
@Injectable()
export class ImportRequestedHandler {
  constructor(
    private readonly jobs: ImportJobStore,
    private readonly schedule: CheckScheduleStore,
  ) {}

  @Consumes(ImportRequested)
  async onImportRequested({ data }: ConsumedEvent<typeof ImportRequested>, tx: ChangeTransaction): Promise<void> {
    await this.schedule.plan(tx, data);
    const hasWork = data.cause !== 'policy-changed' && (data.items.length > 0 || data.repository !== undefined);
    if (hasWork) await this.jobs.add(tx, data);
  }

  @Consumes(TagDeleted)
  async onTagDeleted({ data }: ConsumedEvent<typeof TagDeleted>, tx: ChangeTransaction): Promise<void> {
    if (!data.inSpec) await this.schedule.forgetTag(tx, data);
  }

  @Consumes(StreamDeleted)
  async onStreamDeleted({ data }: ConsumedEvent<typeof StreamDeleted>, tx: ChangeTransaction): Promise<void> {
    await this.schedule.forgetStream(tx, data);
    await this.jobs.removeStream(tx, data);
  }
}
